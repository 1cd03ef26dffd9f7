package io.resilientstorage.routing;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.Sync;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Backend views for tables: a shared one that is well, and what differs from it. */
final class Views {

    private final List<BackendView> backends = new ArrayList<>();
    private Optional<String> active = Optional.empty();

    static Views of(BackendView... backends) {
        Views views = new Views();
        views.backends.addAll(List.of(backends));
        return views;
    }

    Views active(String name) {
        active = Optional.of(name);
        return this;
    }

    RoutingView view() {
        return new RoutingView(backends, active);
    }

    Route route(RoutingStrategy strategy) {
        return strategy.route(view());
    }

    static BackendView well(String name, int priority) {
        return new BackendView(name, priority, Scope.SHARED, Health.HEALTHY, Circuit.CLOSED, Sync.IN_SYNC, true, false);
    }

    static BackendView in(BackendView b, Scope scope) {
        return new BackendView(
                b.name(), b.priority(), scope, b.health(), b.circuit(), b.sync(), b.online(), b.readyForFailback());
    }

    static BackendView is(BackendView b, Health health) {
        return new BackendView(
                b.name(), b.priority(), b.scope(), health, b.circuit(), b.sync(), b.online(), b.readyForFailback());
    }

    static BackendView is(BackendView b, Circuit circuit) {
        return new BackendView(
                b.name(), b.priority(), b.scope(), b.health(), circuit, b.sync(), b.online(), b.readyForFailback());
    }

    static BackendView is(BackendView b, Sync sync) {
        return new BackendView(
                b.name(), b.priority(), b.scope(), b.health(), b.circuit(), sync, b.online(), b.readyForFailback());
    }

    static BackendView offline(BackendView b) {
        return new BackendView(
                b.name(), b.priority(), b.scope(), b.health(), b.circuit(), b.sync(), false, b.readyForFailback());
    }

    static BackendView ready(BackendView b) {
        return new BackendView(b.name(), b.priority(), b.scope(), b.health(), b.circuit(), b.sync(), b.online(), true);
    }
}
