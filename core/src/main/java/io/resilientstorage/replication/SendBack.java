package io.resilientstorage.replication;

import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.event.EventSink;
import io.resilientstorage.member.Member;
import io.resilientstorage.time.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Brings records back to the backend that acknowledged them and may have lost them since, from those that have them.
 * These note hints; until one has said that it did, nothing but this process knows what is lacking, and the record
 * counts as unhinted. Safe for use by several threads.
 */
final class SendBack implements HintNoting.Listener {

    private final MirrorSet mirrors;
    private final Time time;
    private final EventSink events;
    private final Function<Member, Replicator> replicators;
    private final Lives lives;
    /** For which life of each backend this was looked at. */
    private final Map<Integer, String> looked = new ConcurrentHashMap<>();

    private final Map<Integer, HintNoting> notings = new ConcurrentHashMap<>();

    SendBack(MirrorSet mirrors, Time time, Lives lives, EventSink events, Function<Member, Replicator> replicators) {
        this.lives = lives;
        this.mirrors = mirrors;
        this.time = time;
        this.events = events;
        this.replicators = replicators;
    }

    /**
     * Called after each look at a sentinel or at hints, and each change of state. What a backend had in another life
     * than it has now it may have lost, and the hints with it. As long as others still have to get it from here, it
     * goes back there from here as well, so that reads of this process find it there, and the backend counts as lacking
     * it. Where what has ended is forgotten, something newer may have been there, and gone: so it is looked up before
     * it is sent.
     */
    void look() {
        for (Member source : mirrors.mirrors()) {
            String life = lives.now(source.index());
            if (!life.equals(looked.get(source.index()))) {
                mirrors.mirrors().stream()
                        .filter(target -> target.index() != source.index())
                        .flatMap(target ->
                                replicators.apply(target).pending(from -> mayHaveLost(source, life, from)).stream())
                        .forEach(
                                record -> replicators.apply(source).offer(record, Origin.lostBy(source.index()), null));
                // Now, and not before: who looks meanwhile must find them there when it has looked.
                looked.put(source.index(), life);
            }
        }
    }

    /** It acknowledged them in another life; or got them from one that is no mirror, when is not known. */
    private boolean mayHaveLost(Member source, String life, Origin from) {
        return from.source() == source.index() ? !from.life().equals(life) : !mirrors.contains(from.source());
    }

    /**
     * The names of those who still have to get what is sent to a backend: who acknowledged it in a life that is over is
     * one of them, and this process may die before it can tell it so.
     */
    Set<String> hintsOfReplay(Origin from, Member target) {
        boolean isOver = !from.life().isEmpty() && !from.life().equals(lives.now(from.source()));
        return mirrors.hintsOfReplay(isOver ? target.index() : from.source(), target);
    }

    /**
     * Begins.
     *
     * @param source the backend that may have lost them
     * @param entries what was acknowledged, and which backend has it
     * @param otherLife whether the source is known to have another life; if not, it could not be asked, and nothing is
     *     held here for it as long as the holders note the hints
     */
    void begin(Member source, List<HintClearing.Entry> entries, boolean otherLife) {
        look();
        if (!mirrors.contains(source.index())) {
            return;
        }
        Map<Member, List<HintNoting.Entry>> byHolder = new LinkedHashMap<>();
        for (HintClearing.Entry entry : entries) {
            if (hasGone(entry)) {
                offerWhatHasGone(source, entry, otherLife);
                continue;
            }
            byHolder.computeIfAbsent(entry.target(), any -> new ArrayList<>())
                    .add(new HintNoting.Entry(source, entry.delivered(), entry.has()));
        }
        byHolder.forEach((holder, lost) -> {
            if (otherLife) {
                lost.forEach(entry -> offer(holder, entry));
            }
            notings.computeIfAbsent(holder.index(), any -> new HintNoting(holder, time, this))
                    .note(lost);
        });
    }

    /** Who got it has another life since, and may have lost it too: a hint there would be one for nothing. */
    private boolean hasGone(HintClearing.Entry entry) {
        return entry.has().equals(entry.delivered().version())
                && !lives.now(entry.target().index()).equals(entry.targetLife());
    }

    private void offerWhatHasGone(Member source, HintClearing.Entry entry, boolean otherLife) {
        List<Member> lacking = otherLife ? List.of(source, entry.target()) : List.of(entry.target());
        for (Member lost : lacking) {
            replicators.apply(lost).offer(entry.delivered(), Origin.lostBy(lost.index()), null);
        }
    }

    /**
     * Answers whether it goes there from here. Of something newer at the holder nothing but the version is known here;
     * only a hint brings that. That the holder had nothing newer when it got this is long ago, so it is looked up.
     */
    private boolean offer(Member holder, HintNoting.Entry entry) {
        Origin origin = new Origin(holder.index(), "", false, true);
        return entry.has().equals(entry.record().version())
                && replicators.apply(entry.lacks()).offer(entry.record(), origin, null);
    }

    @Override
    public void noted(Member holder, List<HintNoting.Entry> entries) {
        entries.forEach(entry -> replicators.apply(entry.lacks()).hinted(entry.record(), holder.index()));
    }

    @Override
    public void notNoted(Member holder, List<HintNoting.Entry> entries, String why) {
        Map<Member, Long> givenUp = new LinkedHashMap<>();
        for (HintNoting.Entry entry : entries) {
            if (!offer(holder, entry)) {
                givenUp.merge(entry.lacks(), 1L, Long::sum);
            }
        }
        givenUp.forEach((lacks, records) -> events.publish(new StorageEvent.RecordsGivenUp(
                Instant.ofEpochMilli(time.clock().wallMillis()),
                lacks.name(),
                records,
                "it may have lost them, and " + holder.name() + ", which has them, took no hints: " + why)));
    }
}
