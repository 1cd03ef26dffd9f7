package io.resilientstorage.redis;

import io.lettuce.core.cluster.SlotHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which master of a Cluster has which slots, as one node tells it by {@code CLUSTER NODES}. Immutable.
 *
 * <p>A node may not have heard the news. So of two owners of a slot the one of the higher config epoch counts, which is
 * the rule among the nodes themselves: what a node tells late never turns the map back.
 */
final class SlotMap {

    /**
     * A master that has slots.
     *
     * @param id the id of the node
     * @param endpoint where it listens
     * @param alias its address, where the endpoint has its name, and the other way round
     * @param epoch its config epoch
     * @param failing whether the other masters agree that it is down
     */
    record Master(String id, Endpoint endpoint, Optional<Endpoint> alias, long epoch, boolean failing) {

        /** Whether a redirection to there means this one. */
        boolean isAt(Endpoint other) {
            return endpoint.equals(other) || alias.equals(Optional.of(other));
        }
    }

    private static final int ID = 0;
    private static final int ADDRESS = 1;
    private static final int FLAGS = 2;
    private static final int EPOCH = 6;
    private static final int FIRST_SLOT = 8;

    private final List<Master> masters;
    private final @Nullable Master[] owners;
    private final Set<String> known;
    private final List<Endpoint> endpoints;
    private final boolean moving;

    private SlotMap(@Nullable Master[] owners, Set<String> known, List<Endpoint> endpoints, boolean moving) {
        this.owners = owners;
        this.known = known;
        this.endpoints = endpoints;
        this.moving = moving;
        this.masters = Arrays.stream(owners)
                .filter(Objects::nonNull)
                .distinct()
                .sorted(Comparator.comparing(Master::id))
                .toList();
    }

    /**
     * Reads the answer to {@code CLUSTER NODES}.
     *
     * @param asked who answered: a node that has not heard its own address leaves it out
     * @param byName whether hosts are to be called by their names, as TLS may need it
     */
    static SlotMap parse(String text, String asked, boolean byName) {
        @Nullable Master[] owners = new @Nullable Master[SlotHash.SLOT_COUNT];
        Set<String> known = new HashSet<>();
        List<Endpoint> endpoints = new ArrayList<>();
        boolean moving = false;
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ", -1);
            if (words.length < FIRST_SLOT) {
                continue;
            }
            List<String> flags = List.of(words[FLAGS].split(",", -1));
            known.add(words[ID]);
            List<Endpoint> addresses = addresses(words[ADDRESS], asked, byName);
            if (addresses.isEmpty() || flags.contains("noaddr") || flags.contains("handshake")) {
                continue;
            }
            endpoints.add(addresses.get(0));
            Master master = new Master(
                    words[ID],
                    addresses.get(0),
                    addresses.stream().skip(1).findFirst(),
                    Long.parseLong(words[EPOCH]),
                    flags.contains("fail"));
            for (int i = FIRST_SLOT; i < words.length; i++) {
                if (words[i].startsWith("[")) {
                    moving = true;
                } else if (!words[i].isEmpty() && flags.contains("master")) {
                    String[] ends = words[i].split("-", -1);
                    Arrays.fill(owners, Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1, master);
                }
            }
        }
        return new SlotMap(owners, known, endpoints, moving);
    }

    /** {@code 127.0.0.1:7000@17000,name,...}: the one to use first. */
    private static List<Endpoint> addresses(String word, String asked, boolean byName) {
        String[] parts = word.split(",", -1);
        int bus = parts[0].indexOf('@');
        Optional<Endpoint> told = Endpoint.parse(bus < 0 ? parts[0] : parts[0].substring(0, bus));
        if (told.isEmpty()) {
            return List.of();
        }
        int port = told.get().port();
        Endpoint address = told.get().host().isEmpty() ? new Endpoint(asked, port) : told.get();
        if (parts.length < 2 || parts[1].isEmpty() || parts[1].contains("=")) {
            return List.of(address);
        }
        Endpoint name = new Endpoint(parts[1], port);
        return byName ? List.of(name, address) : List.of(address, name);
    }

    /** This map, save for slots of which the former one knew a later owner. */
    SlotMap after(SlotMap former) {
        @Nullable Master[] newest = owners.clone();
        Map<String, Master> mine = new HashMap<>();
        masters.forEach(master -> mine.put(master.id(), master));
        for (int slot = 0; slot < newest.length; slot++) {
            Master now = newest[slot];
            Master before = former.owners[slot];
            if (now != null
                    && before != null
                    && !now.id().equals(before.id())
                    && now.epoch() < before.epoch()
                    && known.contains(before.id())) {
                newest[slot] = mine.getOrDefault(before.id(), before);
            }
        }
        return new SlotMap(newest, known, endpoints, moving);
    }

    /** The masters that have slots, in the order of their ids. */
    List<Master> masters() {
        return masters;
    }

    /** Who has a slot, empty if nobody has. */
    Optional<Master> owner(int slot) {
        return Optional.ofNullable(owners[slot]);
    }

    /** How many slots nobody has. */
    int unowned() {
        return (int) Arrays.stream(owners).filter(Objects::isNull).count();
    }

    /** Where all nodes listen, replicas too. */
    List<Endpoint> endpoints() {
        return List.copyOf(endpoints);
    }

    /** Whether the node that told this gives or takes a slot just now. */
    boolean isMoving() {
        return moving;
    }

    /** A text that is the same for maps that give each slot to the same node. */
    String layout() {
        StringBuilder text = new StringBuilder();
        String last = "";
        for (int slot = 0; slot < owners.length; slot++) {
            Master owner = owners[slot];
            String id = owner == null ? "-" : owner.id();
            if (!id.equals(last)) {
                text.append(slot).append(':').append(id).append(' ');
                last = id;
            }
        }
        return text.toString();
    }
}
