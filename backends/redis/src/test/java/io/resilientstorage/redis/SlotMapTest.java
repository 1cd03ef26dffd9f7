package io.resilientstorage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is understood of {@code CLUSTER NODES}, and which of two tellers is right about a slot. */
class SlotMapTest {

    private static final String BEFORE = """
            aaa 127.0.0.1:7001@17001 myself,master - 0 0 1 connected 0-8191
            bbb 127.0.0.1:7002@17002 master - 0 0 2 connected 8192-16383
            ccc 127.0.0.1:7003@17003 slave bbb 0 0 2 connected
            """;
    private static final String PROMOTED = """
            aaa 127.0.0.1:7001@17001 myself,master - 0 0 1 connected 0-8191
            bbb 127.0.0.1:7002@17002 master,fail - 0 0 2 connected
            ccc 127.0.0.1:7003@17003 master - 0 0 3 connected 8192-16383
            """;

    @Test
    void everySlotHasItsOwner() {
        SlotMap map = parse(BEFORE);
        assertThat(map.masters()).extracting(SlotMap.Master::id).containsExactly("aaa", "bbb");
        assertThat(owner(map, 0)).isEqualTo("aaa");
        assertThat(owner(map, 8191)).isEqualTo("aaa");
        assertThat(owner(map, 8192)).isEqualTo("bbb");
        assertThat(owner(map, 16383)).isEqualTo("bbb");
        assertThat(map.unowned()).isZero();
        assertThat(map.isMoving()).isFalse();
        assertThat(map.endpoints()).contains(new Endpoint("127.0.0.1", 7003));
    }

    @Test
    void singleSlotsAndSlotsThatMoveAreUnderstood() {
        SlotMap map = parse("aaa 127.0.0.1:7001@17001 myself,master - 0 0 1 connected 5 7-8 [5->-bbb]\n");
        assertThat(owner(map, 5)).isEqualTo("aaa");
        assertThat(map.owner(6)).isEmpty();
        assertThat(owner(map, 8)).isEqualTo("aaa");
        assertThat(map.unowned()).isEqualTo(16_384 - 3);
        assertThat(map.isMoving()).isTrue();
    }

    @Test
    void aNodeThatDoesNotKnowItsAddressIsWhereItWasAsked() {
        SlotMap map = parse("aaa :7001@17001 myself,master - 0 0 1 connected 0-16383\n");
        assertThat(map.masters().get(0).endpoint()).isEqualTo(new Endpoint("asked", 7001));
    }

    @Test
    void aNameIsUsedWhereTlsMayNeedItAndBothAreRecognised() {
        String text = "aaa 10.0.0.1:7001@17001,one.example,shard-id=1 myself,master - 0 0 1 connected 0-16383\n";
        SlotMap.Master plain = SlotMap.parse(text, "asked", false).masters().get(0);
        SlotMap.Master tls = SlotMap.parse(text, "asked", true).masters().get(0);
        assertThat(plain.endpoint()).isEqualTo(new Endpoint("10.0.0.1", 7001));
        assertThat(tls.endpoint()).isEqualTo(new Endpoint("one.example", 7001));
        assertThat(plain.isAt(tls.endpoint()) && tls.isAt(plain.endpoint())).isTrue();
    }

    @Test
    void whatANodeTellsLateDoesNotTurnTheMapBack() {
        SlotMap promoted = parse(PROMOTED).after(parse(BEFORE));
        assertThat(owner(promoted, 8192)).isEqualTo("ccc");
        SlotMap late = parse(BEFORE).after(promoted);
        assertThat(owner(late, 8192)).isEqualTo("ccc");
        assertThat(late.layout()).isEqualTo(promoted.layout());
    }

    @Test
    void ofAClusterThatWasFormedAnewNothingOldCounts() {
        SlotMap anew = parse("ddd 127.0.0.1:7001@17001 myself,master - 0 0 0 connected 0-16383\n");
        assertThat(owner(anew.after(parse(PROMOTED)), 8192)).isEqualTo("ddd");
    }

    @Test
    void redirectionsAreUnderstood() {
        assertThat(Redirection.of(new ServerError("MOVED 3999 127.0.0.1:6381")))
                .contains(new Redirection.Moved(new Endpoint("127.0.0.1", 6381)));
        assertThat(Redirection.of(new ServerError("MOVED 3999 ::1:6381")))
                .contains(new Redirection.Moved(new Endpoint("::1", 6381)));
        assertThat(Redirection.of(new ServerError("ASK 3999 :6381")))
                .contains(new Redirection.Ask(new Endpoint("", 6381)));
        assertThat(Redirection.of(new ServerError("TRYAGAIN Multiple keys request during rehashing of slot")))
                .contains(new Redirection.TryAgain());
        assertThat(Redirection.of(new ServerError("CLUSTERDOWN The cluster is down")))
                .isEqualTo(Optional.empty());
    }

    private static SlotMap parse(String text) {
        return SlotMap.parse(text, "asked", false);
    }

    private static String owner(SlotMap map, int slot) {
        return map.owner(slot).orElseThrow().id();
    }
}
