package io.resilientstorage.server.http;

import io.javalin.http.Context;
import io.resilientstorage.server.config.BearerToken;
import java.util.Set;

/** Lets a request through only with the token. Health and readiness stay open: load balancers send no token. */
final class TokenGuard {

    private static final Set<String> OPEN = Set.of(HealthRoutes.HEALTH, HealthRoutes.READY);

    private final BearerToken token;

    TokenGuard(BearerToken token) {
        this.token = token;
    }

    void check(Context context) {
        String authorization = context.header("Authorization");
        if (OPEN.contains(context.path()) || (authorization != null && token.matches(authorization))) {
            return;
        }
        throw new HttpFailure(ErrorAnswers.ofStatus(401, "send the header 'Authorization: Bearer TOKEN'")
                .withHeader("WWW-Authenticate", "Bearer"));
    }
}
