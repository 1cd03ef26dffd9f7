package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.config.Secret;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The URLs that people have, as the driver wants them. */
class PostgresTargetTest {

    @ParameterizedTest
    @CsvSource({
        "postgresql://u:p@h:5433/d, jdbc:postgresql://h:5433/d, u, p",
        "postgres://u:p@h/d, jdbc:postgresql://h/d, u, p",
        "postgresql://u@h/d, jdbc:postgresql://h/d, u,",
        "postgresql://h/d, jdbc:postgresql://h/d, ,",
        "postgresql://u:p%40ss%2Fw%3Ard%25@h/d, jdbc:postgresql://h/d, u, p@ss/w:rd%",
        "postgresql://a%40b:1+2@h/d, jdbc:postgresql://h/d, a@b, 1+2",
        "postgresql://u:p:q@h/d, jdbc:postgresql://h/d, u, p:q",
        "postgresql://u:p@[::1]:5432/d, jdbc:postgresql://[::1]:5432/d, u, p",
        "postgresql://postgres.abc:p@aws-0-eu.pooler.supabase.com:6543/postgres?sslmode=require&pgbouncer=true,"
                + " jdbc:postgresql://aws-0-eu.pooler.supabase.com:6543/postgres, postgres.abc, p",
        "jdbc:postgresql://h:5433/d?user=u&password=p%40ss+word, jdbc:postgresql://h:5433/d, u, p@ss word",
        "jdbc:postgresql:d, jdbc:postgresql:d, ,"
    })
    void aUrlIsTakenApart(String url, String address, String user, String password) {
        PostgresTarget target = target(url);
        assertThat(target.url()).isEqualTo(address);
        assertThat(target.properties().getProperty("user")).isEqualTo(user);
        assertThat(target.properties().getProperty("password")).isEqualTo(password);
    }

    @Test
    void userAndPasswordOfTheirOwnCountMoreThanThoseInTheUrl() {
        for (String url : new String[] {"postgresql://u:p@h/d", "jdbc:postgresql://h/d?user=u&password=p"}) {
            PostgresTarget target = PostgresTarget.of(
                    url,
                    new PostgresAccess(
                            SettingNames.OF_THE_BUILDER,
                            Optional.of("other"),
                            Optional.of(new Secret("secret")),
                            Optional.empty(),
                            Duration.ofSeconds(2)));
            assertThat(target.properties()).containsEntry("user", "other").containsEntry("password", "secret");
        }
    }

    @Test
    void ofSeveralHostsTheOneThatCanBeWrittenToIsUsed() {
        PostgresTarget target = target("postgresql://u:p@one:5432,two:5433/d");
        assertThat(target.url()).isEqualTo("jdbc:postgresql://one:5432,two:5433/d");
        assertThat(target.properties()).containsEntry("targetServerType", "primary");
        assertThat(target("postgresql://one,two/d?target_session_attrs=any").properties())
                .containsEntry("targetServerType", "any");
        assertThat(target("postgresql://one/d").properties()).doesNotContainKey("targetServerType");
    }

    @Test
    void nothingIsPreparedAndNothingWaitsForEver() {
        assertThat(target("postgresql://h/d").properties())
                .containsEntry("prepareThreshold", "0")
                .containsEntry("connectTimeout", "2")
                .containsEntry("socketTimeout", "2")
                .containsEntry("logServerErrorDetail", "false");
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://h/d, true",
        "postgresql://h/d?connect_timeout=3, true",
        "postgresql://h/d?prepareThreshold=0, false",
        "jdbc:postgresql://h/d?prepareThreshold=5, false",
        "supabase://u@h/d, false",
    })
    void aStepMayBePreparedWhereTheUrlSaysNothingOfThat(String url, boolean may) {
        assertThat(target(url).prepares()).isEqualTo(may);
    }

    @Test
    void namesOfLibpqAndOfTheDriverAreUnderstood() {
        assertThat(target("postgresql://h/d?sslmode=verify-full&application_name=shop&connect_timeout=7"
                                + "&keepalives=0&sslrootcert=%2Fetc%2Fca.pem&currentSchema=mine")
                        .properties())
                .containsEntry("sslmode", "verify-full")
                .containsEntry("ApplicationName", "shop")
                .containsEntry("connectTimeout", "7")
                .containsEntry("tcpKeepAlive", "false")
                .containsEntry("sslrootcert", "/etc/ca.pem")
                .containsEntry("currentSchema", "mine");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql:h/d",
                "postgresql://u:s3cret@h:port/d",
                "postgresql://u:s3cret@h:99999/d",
                "postgresql://u:s3cret%zz@h/d",
                "postgresql://u:s3cret%4@h/d",
                "postgresql://u:s3cret%ff@h/d",
                "postgresql://u:s3cret@h/d?nonsense=1",
                "postgresql://u:my?s3cret@h/d",
                "postgresql://u:my/s3cret@h/d",
                "postgresql://u:s3cret@h/d?target_session_attrs=sometimes",
                "jdbc:postgresql://u:s3cret@h/d",
            })
    void aUrlThatIsNotLegalIsRefusedWithoutShowingIt(String url) {
        assertThatThrownBy(() -> target(url))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("setting 'url' ")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void ofAParameterThatNobodyKnowsNoTextIsShown() {
        for (String url : new String[] {"postgresql://u:abc?secretword&x@h/d", "postgresql://h/d?secretword=1"}) {
            assertThatThrownBy(() -> target(url))
                    .isInstanceOf(InvalidSettingException.class)
                    .hasMessageContaining("has a parameter that the driver does not know")
                    .hasMessageNotContaining("secretword");
        }
        assertThatThrownBy(() -> target("postgresql://h/d?passfile=s3cret"))
                .hasMessageContaining("'passfile'")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void supabaseMeansTlsAndFewConnections() {
        PostgresTarget target = target(
                "supabase://postgres.abc:p%40ss@aws-0-eu.pooler.supabase.com:6543/postgres?pgbouncer=true&supa=base-pooler.x");
        assertThat(target.url()).isEqualTo("jdbc:postgresql://aws-0-eu.pooler.supabase.com:6543/postgres");
        assertThat(target.properties())
                .containsEntry("user", "postgres.abc")
                .containsEntry("password", "p@ss")
                .containsEntry("sslmode", "require")
                .containsEntry("prepareThreshold", "0");
        assertThat(target.defaultPoolSize()).isEqualTo(4);
        assertThat(target("postgresql://h/d").defaultPoolSize()).isEqualTo(10);
        assertThat(target("postgresql://h/d").properties()).doesNotContainKey("sslmode");
    }

    @ParameterizedTest
    @CsvSource({
        "supabase://u@db.abc.supabase.co, jdbc:postgresql://db.abc.supabase.co/postgres, require",
        "supabase://u@h/, jdbc:postgresql://h/postgres, require",
        "supabase://u@h:6543/d?sslmode=verify-ca&sslrootcert=x, jdbc:postgresql://h:6543/d, verify-ca",
        "supabase://u@h/d?sslrootcert=x, jdbc:postgresql://h/d, verify-full",
        "supabase://u@h/d?sslmode=require&sslrootcert=x, jdbc:postgresql://h/d, verify-ca",
        "supabase://u@h/d?ssl=true, jdbc:postgresql://h/d, verify-full",
        "supabase://u@x.pooler.supabase.com/d?options=reference%3Dabc, jdbc:postgresql://x.pooler.supabase.com/d, require",
        "postgresql://u@h/d?sslmode=require&sslrootcert=x, jdbc:postgresql://h/d, verify-ca",
        "jdbc:postgresql://h/d?sslmode=require&sslrootcert=x, jdbc:postgresql://h/d, require",
    })
    void theModeOfTlsIsSettled(String url, String address, String mode) {
        assertThat(target(url).url()).isEqualTo(address);
        assertThat(target(url).properties()).containsEntry("sslmode", mode);
    }

    @ParameterizedTest
    @CsvSource({
        "supabase://u:s3cret@h/d?sslmode=disable, 'sslmode ''disable'', but Supabase is never spoken to without TLS'",
        "supabase://u:s3cret@h/d?sslmode=prefer, 'must be one of [require, verify-ca, verify-full]'",
        "supabase://u:s3cret@h/d?sslmode=allow, without TLS",
        "supabase://u:s3cret@h/d?ssl=false, ssl=false",
        "supabase://u:s3cret@h/d?prepareThreshold=5, prepareThreshold",
        "supabase://u:s3cret@h/d?preferQueryMode=extendedCacheEverything, preferQueryMode",
        "supabase://postgres:s3cret@aws-0-eu.pooler.supabase.com:6543/postgres, postgres.PROJECT",
        "supabase://aws-0-eu.pooler.supabase.com:6543/postgres, postgres.PROJECT",
        "supabase:postgres, two slashes",
        "postgresql://u:s3cret@h/d?sslmode=sometimes, must be one of [disable",
    })
    void whatContradictsItselfIsRefused(String url, String problem) {
        assertThatThrownBy(() -> target(url))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("setting 'url' ")
                .hasMessageContaining(problem)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void noTextOfItHasASecretInIt() {
        assertThat(target("postgresql://u:s3cret@h/d") + ""
                        + JdbcBackend.builder("postgresql://u:s3cret@h/d").build())
                .doesNotContain("s3cret")
                .contains("//h/d");
    }

    private static PostgresTarget target(String url) {
        return PostgresTarget.of(url, Parts.ACCESS);
    }
}
