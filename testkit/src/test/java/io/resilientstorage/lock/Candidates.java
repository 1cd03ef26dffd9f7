package io.resilientstorage.lock;

import io.resilientstorage.api.LeaderElection;
import io.resilientstorage.api.LeaderListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The processes of a run that want to lead, and what must hold of them: no two lead at the same moment of true time,
 * tokens grow from leader to leader, each is told of its beginning and its end in turn, and of its end before another
 * leads.
 */
final class Candidates {

    private static final String ELECTION = "boss";

    /** A clock that runs fast says a little before the timer does that it is over. */
    private static final Duration TOLD_WITHIN = Duration.ofMillis(50);

    private final LockWorld world;
    private final SplittableRandom random;
    private final LockMutant mutant;
    private final List<Candidate> all = new ArrayList<>();
    private final List<String> trouble = new ArrayList<>();
    private long highest;
    private int reigns;

    Candidates(LockWorld world, SplittableRandom random, LockMutant mutant) {
        this.world = world;
        this.random = random;
        this.mutant = mutant;
    }

    List<String> trouble() {
        return trouble;
    }

    /** How often somebody began to lead. */
    int reigns() {
        return reigns;
    }

    /** A process takes part from now on. */
    void enter(LockProcess process) {
        Candidate candidate = new Candidate(process);
        all.add(candidate);
        Duration ttl = Duration.ofMillis(1_000 + random.nextInt((int) LockWorld.MAX_TTL.toMillis() - 1_000));
        candidate.election = Optional.of(process.locks().elect(ELECTION, ttl, candidate));
    }

    /** One of those that can withdraws, and takes part again. */
    void reenter() {
        List<Candidate> running = all.stream()
                .filter(candidate -> candidate.process.time().isRunning())
                .toList();
        if (!running.isEmpty()) {
            Candidate one = running.get(random.nextInt(running.size()));
            one.election.orElseThrow().close();
            enter(one.process);
        }
    }

    /** Judges this moment. */
    void look() {
        List<Candidate> leaders = all.stream().filter(Candidate::leads).toList();
        if (leaders.size() > 1) {
            trouble.add(leaders.size() + " lead at " + world.time().clock().nanos() + ": " + leaders);
        }
        all.forEach(Candidate::mustHaveBeenTold);
        all.removeIf(Candidate::isOver);
    }

    /** Ends it. When all are well, one leads until then. */
    void withdraw() {
        look();
        if (all.stream().noneMatch(Candidate::leads)) {
            trouble.add("nobody leads again");
        }
        List.copyOf(all).forEach(candidate -> candidate.election.orElseThrow().close());
    }

    private final class Candidate implements LeaderListener {

        private final LockProcess process;
        private Optional<LeaderElection> election = Optional.empty();
        /** The token under which it was told to lead; 0 if it was told to lead no more. */
        private long told;

        /** When it was first seen not to lead any more, without having been told. */
        private Optional<Long> overSince = Optional.empty();

        Candidate(LockProcess process) {
            this.process = process;
        }

        /** Whether it leads by its own clocks, read at this moment of true time, dead or stopped as it may be. */
        private boolean leads() {
            if (mutant == LockMutant.UNBOUND_LEADER) {
                return told != 0 && !process.time().isDead();
            }
            return election.map(LeaderElection::isLeader).orElse(told != 0);
        }

        /** Nothing will be heard of it any more. */
        private boolean isOver() {
            return process.time().isDead() && !leads();
        }

        private void mustHaveBeenTold() {
            // What ends early because a wall clock was set is told when it ends by monotonic time.
            boolean stepped = process.time().isStepped();
            if (told == 0 || leads() || stepped || !process.time().isAwake()) {
                overSince = Optional.empty();
                return;
            }
            long now = world.time().clock().nanos();
            if (now - overSince.orElse(now) > TOLD_WITHIN.toNanos()) {
                trouble.add(this + " does not lead any more, and was not told");
            }
            overSince = Optional.of(overSince.orElse(now));
        }

        @Override
        public void elected(long token) {
            reigns++;
            if (told != 0) {
                trouble.add(this + " was elected again, under " + token);
            }
            if (token == highest) {
                trouble.add("twice the token " + token);
            } else if (token < highest) {
                trouble.add("the leader's token " + token + " came after " + highest);
            }
            highest = Math.max(highest, token);
            all.stream()
                    .filter(other -> other != this && other.told != 0)
                    .filter(other -> other.process.time().isAwake())
                    .forEach(other -> trouble.add(other + " has not stepped down before " + token + " was elected"));
            told = token;
            look();
        }

        @Override
        public void steppedDown(long token) {
            if (mutant == LockMutant.LATE_STEP_DOWN) {
                var unused = process.time().timers().schedule(LockWorld.MAX_TTL, () -> stopped(token));
            } else {
                stopped(token);
            }
        }

        private void stopped(long token) {
            if (told != token) {
                trouble.add(this + " was told to step down from " + token);
            }
            told = 0;
        }

        @Override
        public String toString() {
            return "candidate under " + told;
        }
    }
}
