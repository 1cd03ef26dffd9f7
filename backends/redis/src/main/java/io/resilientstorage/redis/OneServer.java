package io.resilientstorage.redis;

import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** One server that has all keys: a server that stands alone, or the master that sentinels name. */
final class OneServer implements Servers {

    private final LinkKeeper links;
    private final RedisProbe probe;
    private final Time time;

    OneServer(RedisSettings settings, Time time, Connector connector, String probe) {
        this.links = new LinkKeeper(settings, time, connector, () -> {});
        this.probe = new RedisProbe(probe, Optional.empty());
        this.time = time;
    }

    @Override
    public void open() {
        links.open();
    }

    @Override
    public Wire wire() {
        return links.current().orElseThrow(links::missing);
    }

    @Override
    public List<Endpoint> reached() {
        return links.current().map(Link::server).stream().toList();
    }

    @Override
    public CompletionStage<ProbeReply> probe(Duration timeout) {
        long deadline = time.clock().nanos() + timeout.toNanos();
        links.verify();
        return links.withFirstLink(timeout, link -> probe.probe(link, Duration.ofNanos(deadline - link.nanos())));
    }

    @Override
    public void close(Duration patience) {
        links.close(patience);
    }
}
