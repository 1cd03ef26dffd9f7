package io.resilientstorage.redis;

import io.resilientstorage.backend.BackendException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The calls of one request, each on its way to the master that has its slot.
 *
 * <p>A node that does not have the slot says so and has executed nothing; only then is a call sent again, to the node
 * that was named, and only if that is a master whose life is part of the view's: another may lack what the former one
 * had, and its misses would be told under a wrong incarnation.
 */
final class RoutedCalls {

    private static final int MOST_ROUNDS = 6;
    private static final Duration PAUSE = Duration.ofMillis(20);

    /**
     * Where some calls go in one round.
     *
     * @param shard to whom
     * @param asking whether as one who was sent there by {@code ASK}
     */
    private record Goal(ClusterView.Shard shard, boolean asking) {}

    private final ClusterView view;
    private final List<Call> calls;
    private final long deadline;
    private final AtomicReferenceArray<Reply> replies;

    RoutedCalls(ClusterView view, List<Call> calls, Duration timeout) {
        this.view = view;
        this.calls = calls;
        this.deadline = view.nanos() + timeout.toNanos();
        this.replies = new AtomicReferenceArray<>(calls.size());
    }

    /** Sends them; see {@link Wire#send}. */
    CompletionStage<List<Reply>> send() {
        if (calls.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        Map<Goal, List<Integer>> goals = new LinkedHashMap<>();
        try {
            for (int i = 0; i < calls.size(); i++) {
                ClusterView.Shard shard = view.shard(calls.get(i).slot());
                if (shard.link().isEmpty()) {
                    throw BackendException.unreachable(shard.text() + " is out of reach: "
                            + shard.node().missing().getMessage());
                }
                goals.computeIfAbsent(new Goal(shard, false), goal -> new ArrayList<>())
                        .add(i);
            }
        } catch (BackendException e) {
            // Nothing has been sent yet, also of what could have been.
            view.outdated();
            return CompletableFuture.failedFuture(e);
        }
        for (Goal goal : goals.keySet()) {
            // One that has no room would else make an unknown outcome of what the others did.
            Optional<BackendException> refusal = goal.shard().link().flatMap(Link::refusal);
            if (refusal.isPresent()) {
                return CompletableFuture.failedFuture(sorted(goal, refusal.get()));
            }
        }
        return round(goals, MOST_ROUNDS);
    }

    /** Sends the calls of one round, and waits for the end of them all: only then is it known what was done. */
    private CompletionStage<List<Reply>> round(Map<Goal, List<Integer>> goals, int roundsLeft) {
        List<BackendException> failures = new ArrayList<>();
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        goals.forEach((goal, places) -> {
            List<Call> group = places.stream()
                    .map(i -> roundsLeft == MOST_ROUNDS
                            ? calls.get(i)
                            : calls.get(i).again())
                    .toList();
            CompletionStage<List<Reply>> sent = Stages.plain(() -> send(goal, group));
            ends.add(sent.handle((answers, failure) -> {
                        if (failure == null) {
                            for (int i = 0; i < places.size(); i++) {
                                replies.set(places.get(i), answers.get(i));
                            }
                        } else {
                            synchronized (failures) {
                                failures.add(sorted(goal, failure));
                            }
                        }
                        return (Void) null;
                    })
                    .toCompletableFuture());
        });
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).thenCompose(all -> {
            List<BackendException> lost;
            synchronized (failures) {
                lost = List.copyOf(failures);
            }
            return lost.isEmpty() ? answered(roundsLeft - 1) : CompletableFuture.failedFuture(failure(lost));
        });
    }

    private CompletionStage<List<Reply>> send(Goal goal, List<Call> group) {
        Link link = goal.shard().link().orElseThrow(() -> goal.shard().node().missing());
        return goal.asking()
                ? goal.shard().node().ask(group, link.incarnation(), timeLeft())
                : link.send(group, timeLeft());
    }

    private static BackendException sorted(Goal goal, Throwable failure) {
        if (!(failure instanceof BackendException known)) {
            return BackendException.noAnswer(goal.shard().text() + " failed: " + failure, failure);
        }
        String message = goal.shard().text() + ": " + known.getMessage();
        return switch (known.kind()) {
            case OVERLOADED, INVALID -> known;
            case REFUSED -> BackendException.refused(message, known);
            case UNAVAILABLE ->
                known.outcomeKnown()
                        ? BackendException.unreachable(message, known)
                        : BackendException.noAnswer(message, known);
        };
    }

    /** One failure for all. Its outcome is known only if no node has executed anything. */
    private BackendException failure(List<BackendException> lost) {
        view.outdated();
        boolean nothingDone = lost.stream().allMatch(BackendException::outcomeKnown)
                && all().allMatch(reply -> reply.flatMap(Redirection::of).isPresent() || reply.isEmpty());
        return lost.stream()
                .filter(failure -> nothingDone || !failure.outcomeKnown())
                .findFirst()
                .orElseGet(() -> BackendException.noAnswer(
                        "a part of the calls was executed and another was not: "
                                + lost.get(0).getMessage(),
                        lost.get(0)));
    }

    private Stream<Optional<Reply>> all() {
        return IntStream.range(0, calls.size()).mapToObj(i -> Optional.ofNullable(replies.get(i)));
    }

    /** All have been answered; those that were sent elsewhere go there. */
    private CompletionStage<List<Reply>> answered(int roundsLeft) {
        Map<Goal, List<Integer>> goals = new LinkedHashMap<>();
        boolean pause = false;
        for (int i = 0; i < calls.size(); i++) {
            Optional<Redirection> redirection = Redirection.of(replies.get(i));
            if (redirection.isEmpty()) {
                continue;
            }
            view.outdated();
            int place = i;
            pause |= redirection.get() instanceof Redirection.TryAgain;
            goal(redirection.get(), calls.get(i))
                    .ifPresent(goal -> goals.computeIfAbsent(goal, none -> new ArrayList<>())
                            .add(place));
        }
        if (goals.isEmpty() || roundsLeft == 0 || timeLeft().compareTo(PAUSE) <= 0) {
            return CompletableFuture.completedFuture(
                    all().map(Optional::orElseThrow).toList());
        }
        if (!pause) {
            return round(goals, roundsLeft);
        }
        CompletableFuture<Void> rested = new CompletableFuture<>();
        view.time().timers().schedule(PAUSE, () -> rested.complete(null));
        return rested.thenCompose(nothing -> round(goals, roundsLeft));
    }

    /** Where a call goes that was not executed, empty if it cannot go there. */
    private Optional<Goal> goal(Redirection redirection, Call call) {
        ClusterView.Shard owner = view.shard(call.slot());
        if (redirection instanceof Redirection.Moved moved) {
            return shardAt(moved.to(), owner).map(shard -> new Goal(shard, false));
        }
        if (redirection instanceof Redirection.Ask ask) {
            return shardAt(ask.to(), owner).map(shard -> new Goal(shard, true));
        }
        return Optional.of(new Goal(owner, false));
    }

    private Optional<ClusterView.Shard> shardAt(Endpoint to, ClusterView.Shard speaker) {
        Endpoint full =
                to.host().isEmpty() ? new Endpoint(speaker.master().endpoint().host(), to.port()) : to;
        return view.shardAt(full).filter(shard -> shard.link().isPresent());
    }

    private Duration timeLeft() {
        return Duration.ofNanos(deadline - view.nanos());
    }
}
