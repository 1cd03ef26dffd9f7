package io.resilientstorage.redis;

import io.lettuce.core.protocol.CommandEncoder;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * Lets the calls of several threads go to the network together. Lettuce flushes each by itself, and a system call costs
 * more than all else that a call does here. Nothing waits for company: what is there when the I/O thread comes to it
 * goes.
 */
final class GatheredFlushes implements NettyCustomizer {

    /** After so many calls they go, though more may be coming. */
    private static final int MOST = 2;

    @Override
    public void afterChannelInitialized(Channel channel) {
        ChannelHandlerContext encoder = channel.pipeline().context(CommandEncoder.class);
        if (encoder != null) {
            channel.pipeline().addBefore(encoder.name(), null, new FlushConsolidationHandler(MOST, true));
        }
    }
}
