package dev.assent.cli;

import dev.assent.protocol.TransactionId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Transaction ids as people type them. Stateless. */
final class TransactionIds implements ITypeConverter<TransactionId> {
    @Override
    public TransactionId convert(String text) {
        try {
            return TransactionId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
