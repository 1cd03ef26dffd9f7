package io.resilientstorage.server.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.resilientstorage.api.Storage;

/** All routes, what guards them, and what becomes of their errors. */
final class Routes {

    private static final int NO_CONTENT = 204;

    private Routes() {}

    static void addTo(RoutesConfig routes, Storage storage, HttpSettings settings) {
        settings.token().ifPresent(token -> routes.before(new TokenGuard(token)::check));
        ByteBudget budget = RequestBodies.budget(settings.maxValueBytes());
        new KeyValueRoutes(storage, settings.maxValueBytes(), budget).addTo(routes);
        new LockRoutes(storage, settings.maxLockTtl(), budget).addTo(routes);
        new HealthRoutes(storage).addTo(routes);
        new IndexRoute(settings.version()).addTo(routes);
        // Javalin has a handler of its own for its own exceptions, in another form.
        routes.exception(HttpResponseException.class, Routes::fail).exception(Exception.class, Routes::fail);
    }

    private static void fail(Exception failure, Context context) {
        Answer answer = ErrorAnswers.of(failure);
        String allowed = answer.headers().get("Allow");
        if (allowed != null && context.method().equals(HandlerType.OPTIONS)) {
            context.status(NO_CONTENT).header("Allow", allowed + ", OPTIONS").removeHeader("Content-Type");
            return;
        }
        answer.giveTo(context);
    }
}
