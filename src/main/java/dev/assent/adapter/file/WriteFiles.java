package dev.assent.adapter.file;

import dev.assent.adapter.RefusedException;
import dev.assent.protocol.BranchId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Work in a form that a shell can write: UTF-8 text, one instruction a line, empty lines ignored.
 *
 * <pre>
 * path=text     the file holds exactly text afterwards
 * -path         there is no such file afterwards
 * ?path=text    refuse unless the file holds exactly text now
 * !path         refuse if there is such a file now
 * </pre>
 *
 * <p>In {@code text}, {@code \n}, {@code \t} and {@code \\} stand for a line feed, a tab and a backslash; nothing is
 * added at its end. A path begins with none of {@code - ? !} and has no {@code =}. Stateless.
 */
public final class WriteFiles implements FileWork {
    @Override
    public List<FileChange> changes(BranchId branch, byte[] payload, FileView committed)
            throws IOException, RefusedException {
        List<FileChange> changes = new ArrayList<>();
        boolean instructed = false;
        for (String line : utf8(payload).split("\n", -1)) {
            String instruction = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
            if (!instruction.isEmpty()) {
                carryOut(instruction, committed).ifPresent(changes::add);
                instructed = true;
            }
        }
        if (!instructed) {
            throw new RefusedException("the payload holds no instruction; expected lines such as path=text");
        }
        return changes;
    }

    private static Optional<FileChange> carryOut(String instruction, FileView committed)
            throws IOException, RefusedException {
        char sign = instruction.charAt(0);
        int equals = instruction.indexOf('=');
        if (sign == '-' || sign == '!') {
            String path = instruction.substring(1);
            if (equals >= 0) {
                throw new RefusedException("instruction '" + sign + path + "' has a text, which it cannot have");
            }
            if (sign == '-') {
                return Optional.of(FileChange.delete(path));
            }
            if (committed.read(path).isPresent()) {
                throw new RefusedException("'" + path + "' exists");
            }
            return Optional.empty();
        }
        if (equals < 0) {
            throw new RefusedException(
                    "instruction '" + instruction + "' is none of path=text, -path, ?path=text, !path");
        }
        byte[] text = unescape(instruction.substring(equals + 1)).getBytes(StandardCharsets.UTF_8);
        if (sign != '?') {
            return Optional.of(FileChange.write(instruction.substring(0, equals), text));
        }
        String path = instruction.substring(1, equals);
        Optional<byte[]> found = committed.read(path);
        if (found.isEmpty() || !Arrays.equals(found.get(), text)) {
            throw new RefusedException(
                    "'" + path + "' " + (found.isEmpty() ? "does not exist" : "holds something else than expected"));
        }
        return Optional.empty();
    }

    private static String utf8(byte[] payload) throws RefusedException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RefusedException("the payload of " + payload.length + " bytes is not UTF-8");
        }
    }

    private static String unescape(String text) throws RefusedException {
        StringBuilder plain = new StringBuilder();
        boolean escaped = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!escaped) {
                escaped = c == '\\';
                if (!escaped) {
                    plain.append(c);
                }
                continue;
            }
            switch (c) {
                case 'n' -> plain.append('\n');
                case 't' -> plain.append('\t');
                case '\\' -> plain.append('\\');
                default -> throw badEscape();
            }
            escaped = false;
        }
        if (escaped) {
            throw badEscape();
        }
        return plain.toString();
    }

    private static RefusedException badEscape() {
        return new RefusedException("after a backslash only n, t or another backslash is allowed");
    }
}
