package io.resilientstorage.testkit.simulator;

import io.resilientstorage.backend.BackendException;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** What one start of a process has of its {@link Link}: requests on their way, and what becomes of them. */
final class Connection implements Transport {

    /** Far more than the load and all that the engine has to do. */
    private static final int MOST_IN_SECOND = 600;

    private final Schedule schedule;
    private final History history;
    private final String from;
    private final ProcessTime process;
    private final Link link;
    private final ModelServer server;
    private final SplittableRandom random;
    private final Consumer<String> flood;
    private long lastArrival;
    private long lastReply;
    private long sent;
    private long second;
    private int sentInSecond;

    Connection(
            Schedule schedule,
            History history,
            String from,
            ProcessTime process,
            Link link,
            ModelServer server,
            SplittableRandom random,
            Consumer<String> flood) {
        this.flood = flood;
        this.schedule = schedule;
        this.history = history;
        this.from = from;
        this.process = process;
        this.link = link;
        this.server = server;
        this.random = random;
    }

    @Override
    public <T> CompletionStage<T> call(Object what, Duration timeout, Function<ModelServer, T> step) {
        count(what);
        return new Exchange<>(what, step).begin(timeout);
    }

    /** Whoever asks without end would do so at the pace of the network. */
    private void count(Object what) {
        long now = schedule.nanos() / 1_000_000_000;
        if (now != second) {
            second = now;
            sentInSecond = 0;
        }
        if (++sentInSecond == MOST_IN_SECOND) {
            flood.accept(from + " asks " + server.name() + " " + MOST_IN_SECOND + " times in a second, the last: "
                    + History.told(what));
        }
    }

    private long arrivalAfter(long last) {
        long due = schedule.nanos() + link.nanos(random.nextDouble());
        return link.reorders() ? due : Math.max(due, last + 1);
    }

    /** One request and its reply. */
    private final class Exchange<T> {
        private final long number = ++sent;
        private final Object what;
        private final Function<ModelServer, T> step;
        private final CompletableFuture<T> answer = new CompletableFuture<>();

        Exchange(Object what, Function<ModelServer, T> step) {
            this.what = what;
            this.step = step;
        }

        CompletionStage<T> begin(Duration timeout) {
            if (link.refuses()) {
                reply(() -> fail(BackendException.unreachable("connection refused")));
                return answer;
            }
            ProcessTime.Task giveUp = process.at(schedule.nanos() + timeout.toNanos(), () -> {
                tell(() -> "gives up on #" + number);
                answer.completeExceptionally(BackendException.noAnswer("no answer in " + timeout));
            });
            var unused = answer.whenComplete((value, failure) -> giveUp.cancel());
            if (link.requestsPass(random.nextDouble())) {
                lastArrival = arrivalAfter(lastArrival);
                schedule.at(lastArrival, this::arrive);
            } else {
                tell(() -> "#" + number + " does not arrive: " + History.told(what));
            }
            return answer;
        }

        private void arrive() {
            Optional<Runnable> rejected = server.faults().accept(this::execute);
            if (rejected.isPresent()) {
                tell(() -> "#" + number + " is refused, the server is down: " + History.told(what));
                replyIfPossible(() -> fail(BackendException.unreachable("connection refused")));
            }
        }

        private void execute() {
            try {
                T value = step.apply(server);
                tell(() -> "#" + number + " " + History.told(what) + " -> " + History.told((Object) value));
                replyIfPossible(() -> answer.complete(value));
            } catch (BackendException e) {
                tell(() -> "#" + number + " " + History.told(what) + " -> " + e.getMessage());
                replyIfPossible(() -> fail(e));
            }
        }

        private void replyIfPossible(Runnable taken) {
            if (link.repliesPass(random.nextDouble())) {
                reply(taken);
            } else {
                tell(() -> "the reply to #" + number + " is lost");
            }
        }

        private void reply(Runnable taken) {
            lastReply = arrivalAfter(lastReply);
            process.at(lastReply, taken);
        }

        private void fail(BackendException failure) {
            answer.completeExceptionally(failure);
        }

        private void tell(Supplier<String> line) {
            history.add(from + ">" + server.name(), line);
        }
    }
}
