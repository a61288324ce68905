package org.signonflow.security;

import org.junit.jupiter.api.Test;
import org.signonflow.security.Endpoints.Endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** Every path with an identity provider: by nobody, by the password of an account that has one, and by a token that is not for us. */
class SignOnDoorsTest extends SignOnApp {

    private static final Set<Integer> TURNED_AWAY = Set.of(302, 400, 401, 403, 404, 405);
    /** As without a provider, except for the pages of the web applications. */
    private static final Pattern FOR_ALL = Pattern.compile("/actuator/health(/.*)?|/camunda/api/\\w+/plugin/[^/]+/static/.*|/camunda/app/.*"
        + "|/camunda/api/admin/auth/user/default(/log.*)?|/login(\\.html|\\.js)?|/logout|/style\\.css");

    @Test
    void nothingIsOpenedByIt() throws Exception {
        var local = identities.newUser("local");
        local.setPassword("local-sandbox");
        identities.saveUser(local);
        for (String group : List.of("sign-on-requesters", "sign-on-approvers", "sign-on-operators", "camunda-admin")) {
            identities.createMembership("local", group);
        }
        List<String> surprises = new ArrayList<>();
        int paths = 0;
        for (Endpoint endpoint : Endpoints.of(context)) {
            String path = endpoint.path().replaceAll("\\{(name|engine|engineName|processEngineName)}", "default")
                .replaceAll("\\{[^}]*}|\\*\\*?", "x");
            String body = endpoint.changes() ? "{}" : null;
            paths++;
            for (Caller caller : List.of(Caller.nobody(port), Caller.basic(port, "local"))) {
                int status = caller.call(endpoint.method(), path, body).status();
                if (!TURNED_AWAY.contains(status) && !(FOR_ALL.matcher(path).matches() && status < 500)) {
                    surprises.add("%s %s: %d".formatted(endpoint.method(), path, status));
                }
            }
        }
        System.out.println(paths + " paths without a login, surprises: " + surprises);
        assertThat(paths).isGreaterThan(500);
        assertThat(surprises).isEmpty();
        Caller nobody = Caller.nobody(port);
        for (String application : List.of("welcome", "tasklist", "cockpit", "admin")) {
            assertThat(nobody.send("GET", "/camunda/app/" + application + "/default/", null, "Accept", "text/html").header("Location"))
                .isEqualTo("../../../../login?to=camunda%2Fapp%2F" + application + "%2Fdefault%2F");
        }
    }
}
