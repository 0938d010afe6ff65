package dev.assent.client;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Asks many questions with a bounded number of them under way (rule 10). Lives on the store's loop. */
final class Pipeline<A, B> {
    private final Iterator<A> inputs;
    private final int most;
    private final Function<A, CompletableFuture<B>> question;
    private final List<CompletableFuture<B>> asked = new ArrayList<>();
    private final CompletableFuture<List<B>> answers = new CompletableFuture<>();
    private int underWay;
    private boolean pumping;

    private Pipeline(List<A> inputs, int most, Function<A, CompletableFuture<B>> question) {
        this.inputs = inputs.iterator();
        this.most = most;
        this.question = question;
    }

    /** The answers in the order of {@code inputs}; fails with the first failure, and then asks no more. */
    static <A, B> CompletableFuture<List<B>> all(List<A> inputs, int most, Function<A, CompletableFuture<B>> question) {
        Pipeline<A, B> pipeline = new Pipeline<>(inputs, most, question);
        pipeline.pump();
        return pipeline.answers;
    }

    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        while (underWay < most && inputs.hasNext() && !answers.isDone()) {
            underWay++;
            CompletableFuture<B> one = question.apply(inputs.next());
            asked.add(one);
            var unused = one.whenComplete(this::answered);
        }
        pumping = false;
        if (underWay == 0 && !inputs.hasNext() && !answers.isDone()) {
            answers.complete(asked.stream().map(CompletableFuture::join).toList());
        }
    }

    private void answered(B value, Throwable failure) {
        underWay--;
        if (failure != null) {
            answers.completeExceptionally(failure);
        } else {
            pump();
        }
    }
}
