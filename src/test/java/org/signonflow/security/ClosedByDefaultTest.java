package org.signonflow.security;

import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.security.Caller.Answer;
import org.signonflow.security.Endpoints.Endpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Every path by every kind of caller. What a role may see and do is up to Camunda; these tests show that nothing else is open. */
class ClosedByDefaultTest extends RunningApp {

    private static final int NOT_CALLED = 0;
    /** 400 and 405 are for methods that do not exist. */
    private static final Set<Integer> TURNED_AWAY = Set.of(400, 401, 403, 404, 405);

    /** Health, and what the web applications need to show a login page. */
    private static final Pattern FOR_ALL = Pattern.compile("/actuator/health(/.*)?|/camunda/app/.*|/camunda/api/\\w+/plugin/[^/]+/static/.*"
        + "|/camunda/api/admin/auth/user/default(/log.*)?|/login(\\.html|\\.js)?|/logout|/style\\.css");

    /** The ways to change something that are open to people, below the engine's API; each has an owner in the role table. */
    private static final Pattern OPEN = Pattern.compile("POST /process-definition/(key/)?[^/]+/(start|submit-form)"
        + "|POST /task/[^/]+/(complete|submit-form|claim|unclaim|comment/create)|POST /message|PUT /job/[^/]+/retries"
        + "|(POST|PUT|DELETE) /(user|group|tenant|authorization|filter)/.+|POST /identity/password-policy");
    private static final Pattern QUERY = Pattern.compile("POST /(history/)?(?!message|signal|condition)[a-z-]+(/count)?"
        + "|POST /filter/[^/]+/(list|count|singleResult)");
    private static final Pattern SWITCHED_OFF = Pattern.compile("[A-Z]+ /(history/)?(case-[a-z-]+|metrics)(/.*)?");
    private static final Pattern LOGIN = Pattern.compile("/camunda/api/admin/auth/user/default/log.*");
    /** Not the engine's own: pages of Cockpit are queried with a POST. */
    private static final Pattern COCKPIT_QUERY = Pattern.compile("/camunda/api/(cockpit|admin|tasklist)/plugin/.*");

    private static String filled(Endpoint endpoint) {
        return endpoint.path().replaceAll("\\{(name|engine|engineName|processEngineName)}", "default").replaceAll("\\{[^}]*}|\\*\\*?", "x");
    }

    private static String below(String path) {
        return path.replaceFirst("^/engine-rest(/engine/default)?|^/camunda/api/engine/engine/default", "");
    }

    private static boolean isEngines(String path) {
        return path.startsWith("/engine-rest/") || path.startsWith("/camunda/api/engine/");
    }

    /** What is wrong with a response, or null. */
    private static String surprise(String who, Endpoint endpoint, String path, int status) {
        if (who.equals("nobody")) {
            return TURNED_AWAY.contains(status) || FOR_ALL.matcher(path).matches() && status < 500 ? null : "is open without login";
        }
        String call = endpoint.method() + " " + below(path);
        if (status >= 500) {
            return "fails";
        }
        if (status == 401) {
            return path.startsWith("/camunda/api/admin/setup/") ? null : "turns a user away";
        }
        if (!endpoint.changes() || !isEngines(path)) {
            return null;
        }
        if (QUERY.matcher(call).matches()) {
            return null;
        }
        if (OPEN.matcher(call).matches()) {
            return status < 300 && !who.equals("admin") && !call.contains("password-policy") ? "was done for somebody who may not" : null;
        }
        return status == 403 || status == 404 && SWITCHED_OFF.matcher(call).matches() ? null : "is not shut";
    }

    @Test
    void everyPathByEveryCaller() throws Exception {
        Map<String, Caller> rest = new LinkedHashMap<>();
        Map<String, Caller> web = new LinkedHashMap<>();
        rest.put("nobody", Caller.nobody(port));
        web.put("nobody", Caller.nobody(port));
        for (String user : USERS) {
            rest.put(user, rest(user));
            web.put(user, Caller.web(port, user));
        }
        List<String> table = new ArrayList<>();
        List<String> surprises = new ArrayList<>();
        TreeMap<String, Map<String, TreeMap<Integer, Integer>>> summary = new TreeMap<>();
        List<Endpoint> endpoints = List.copyOf(Endpoints.of(context));
        // Side by side, since these are thousands of calls.
        Map<String, List<Integer>> statuses = rest.keySet().parallelStream().collect(Collectors.toConcurrentMap(who -> who,
            who -> endpoints.stream().map(endpoint -> status(who, endpoint, rest, web)).toList()));
        for (int i = 0; i < endpoints.size(); i++) {
            Endpoint endpoint = endpoints.get(i);
            String path = filled(endpoint);
            StringBuilder line = new StringBuilder("%-7s %-110s".formatted(endpoint.method(), endpoint.path()));
            for (String who : rest.keySet()) {
                int status = statuses.get(who).get(i);
                if (status == NOT_CALLED) {
                    continue;
                }
                line.append(" %5d".formatted(status));
                summary.computeIfAbsent(group(endpoint, path), key -> new LinkedHashMap<>())
                    .computeIfAbsent(who, key -> new TreeMap<>()).merge(status, 1, Integer::sum);
                String surprise = surprise(who, endpoint, path, status);
                if (surprise != null) {
                    surprises.add("%s: %s %s %s (%d)".formatted(who, endpoint.method(), path, surprise, status));
                }
            }
            table.add(line.toString());
        }
        List<String> lines = new ArrayList<>();
        summary.forEach((group, byCaller) -> byCaller.forEach((who, counts) -> lines.add("%-42s %-10s %s".formatted(group, who,
            counts.entrySet().stream().map(one -> one.getKey() + "x" + one.getValue()).reduce((a, b) -> a + "  " + b).orElse("")))));
        String head = "%d paths x %s: %d surprises".formatted(table.size(), rest.keySet(), surprises.size());
        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target", "path-table.txt"), head + "\n\n" + String.join("\n", lines) + "\n\n" + String.join("\n", table)
            + "\n\n" + String.join("\n", surprises) + "\n");
        System.out.println(head + "\n" + String.join("\n", lines));
        assertThat(table).as("endpoints found").hasSizeGreaterThan(500);
        assertThat(surprises).isEmpty();
    }

    private static int status(String who, Endpoint endpoint, Map<String, Caller> rest, Map<String, Caller> web) {
        String path = filled(endpoint);
        return !who.equals("nobody") && LOGIN.matcher(path).matches() ? NOT_CALLED
            : (path.startsWith("/camunda/") ? web : rest).get(who).call(endpoint.method(), path, endpoint.changes() ? "{}" : null).status();
    }

    private static String group(Endpoint endpoint, String path) {
        String call = endpoint.method() + " " + below(path);
        String area = path.startsWith("/camunda/api/") ? path.replaceFirst("^(/camunda/api/\\w+).*", "$1")
            : path.replaceFirst("^(/(?:camunda|actuator|webjars|engine-rest)).+", "$1/")
                .replaceFirst("^/[^/]*$|^/(api|roll-outs|environments)/.*", "/ and our own");
        String kind = !endpoint.changes() ? "read" : !isEngines(path) ? "other" : QUERY.matcher(call).matches() ? "query"
            : OPEN.matcher(call).matches() ? "open change" : "shut change";
        return area + " " + kind;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/engine-rest%2ftask", "/engine-rest;x=y/task", "//engine-rest/task", "/engine-rest//task",
        "/x/../engine-rest/task",
        "/engine-rest/./task", "/engine-rest/%2e/task", "/%65ngine-rest/task", "/Engine-Rest/task", "/engine-rest/task/",
        "/engine-rest/engine/default/task", "/engine-rest/engine", "/engine-rest/openapi.json", "/camunda/%61pi/engine/engine/default/task",
        "/c%61munda/api/engine/engine/default/task", "/camunda/api/%65ngine/engine/default/task",
        "/camunda/api/engine/engine/default/t%61sk",
        "/camunda//api/engine/engine/default/task", "/camunda/app/../api/engine/engine/default/task",
        "/camunda/app/%2e%2e/api/engine/engine/default/task", "/camunda/app/..;/api/engine/engine/default/task",
        "/camunda/api/engine/engine/default;x=y/task", "/camunda/API/engine/engine/default/task",
        "/camunda/api/engine/engine/default/task/",
        "/camunda/api/engine/engine", "/camunda/api/engine/engine/default", "/camunda/api/engine/engine/;x=y", "/camunda/api/engine/engine//",
        "/camunda/api/engine/engine/default/identity/password-policy",
        "/camunda/api/c%6fckpit/plugin/base/default/process-definition/statistics", "/camunda/api/admin/s%65tup/default/user/create",
        "/actuator/health/../env", "/actuator/%68ealth/..%2finfo", "/actuator;/info", "/webjars/c%61munda/app/tasklist/index.html",
        "/camunda-welcome/index.html", "/error", "/sandbox/state", "/h2-console"})
    void noSpellingBypassesAccessControl(String path) {
        Caller nobody = Caller.nobody(port);
        for (String method : new String[] {"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"}) {
            Answer answer = nobody.send(method, path, null, "X-HTTP-Method-Override", "GET", "X-Original-URL", "/actuator/health",
                "X-Rewrite-URL", "/actuator/health", "X-Forwarded-Prefix", "/camunda/app");
            assertThat(answer.status()).as("%s %s: %s", method, path, answer.body()).isIn(400, 401, 403, 404, 405);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/engine-rest/deployment/create", "/engine-rest/engine/default/deployment/create",
        "/engine-rest//deployment/create",
        "/engine-rest/deployment;a=b/create", "/engine-rest/%64eployment/create", "/engine-rest/deployment/create/",
        "/%65ngine-rest/deployment/create", "/engine-rest/task/../deployment/create", "/engine-rest/task%2fx%2f..%2f..%2fdeployment/create",
        "/engine-rest/identity/verify", "/engine-rest/%69dentity/verify", "/engine-rest/external-task/fetchAndLock",
        "/engine-rest/identity/password-policy/../verify"})
    void noSpellingEnablesADisabledOperationForAnAdministrator(String path) {
        for (String method : new String[] {"POST", "PUT", "PATCH"}) {
            Answer answer = rest("admin").send(method, path, "{}", "Content-Type", "application/json", "X-HTTP-Method-Override", "POST");
            assertThat(answer.status()).as("%s %s: %s", method, path, answer.body()).isIn(400, 403, 404, 405);
        }
        Answer override = rest("admin").send("GET", path + "?_method=POST", null, "X-HTTP-Method-Override", "POST");
        assertThat(override.status()).as(override.body()).isIn(400, 404, 405);
    }

    /** Every read with the ids of somebody else's instance: nothing of it is returned. */
    @Test
    void aRequesterSeesOnlyOwnFlows() throws Exception {
        Task task = waiting("admin", "Somebody elses app", "Somebody_elses");
        String instance = task.getProcessInstanceId();
        String own = start("requester", "Own app", "Own");
        Map<String, String> ids = Map.of("task", task.getId(), "process-definition", task.getProcessDefinitionId(),
            "job", management.createJobQuery().timers().list().get(0).getId(), "user", "admin", "group", "sign-on-approvers",
            "variable-instance", runtime.createVariableInstanceQuery().processInstanceIdIn(instance).variableName("applicationName")
                .singleResult().getId(),
            "deployment", repository.createDeploymentQuery().list().get(0).getId());
        Caller web = Caller.web(port, "requester");
        Caller rest = rest("requester");
        List<String> paths = new ArrayList<>();
        for (Endpoint endpoint : Endpoints.of(context)) {
            String area = below(endpoint.path()).replaceFirst("^/history", "").replaceFirst("^/([a-z-]*).*", "$1");
            if (!endpoint.method().equals("GET") || LOGIN.matcher(endpoint.path()).matches() || !isEngines(endpoint.path())
                && !COCKPIT_QUERY.matcher(endpoint.path()).matches()) {
                continue;
            }
            String path = endpoint.path().replaceAll("\\{(name|engine|engineName|processEngineName)}", "default")
                .replaceFirst("\\{[^}]*}", java.util.regex.Matcher.quoteReplacement(ids.getOrDefault(area, instance).replace(" ", "%20")))
                .replaceAll("\\{[^}]*}", "applicationName");
            paths.addAll(List.of(path, path + "?processInstanceId=" + instance, path + "?userId=admin"));
        }
        List<String> leaks = paths.parallelStream().flatMap(path -> {
            Answer answer = (path.startsWith("/camunda/") ? web : rest).call("GET", path, null);
            // A definition is visible to all who may start it, including the name of its task.
            return Stream.of("Somebody elses", "Somebody_elses", "admin@localhost", task.getId())
                .filter(secret -> answer.isSuccess() && answer.body().contains(secret)).map(secret -> path + ": " + answer.body());
        }).toList();
        System.out.println("Reads of somebody else's instance by a requester: " + paths.size() + ", leaks: " + leaks.size());
        assertThat(leaks).isEmpty();
        assertThat(rest.call("GET", "/engine-rest/process-instance", null).json().findValuesAsString("id")).contains(own)
            .doesNotContain(instance);
        assertThat(rest.call("GET", "/engine-rest/process-instance/" + own + "/variables", null).body()).contains("Own app");
        assertThat(rest.call("GET", "/engine-rest/history/process-instance", null).json().findValuesAsString("id")).contains(own)
            .doesNotContain(instance);
    }

    @ParameterizedTest
    @CsvSource({"requester, false, false", "approver, true, false", "operator, false, true"})
    void roles(String user, boolean seesTasks, boolean mayRollBack) {
        Task task = waiting("admin", "App", "Policy");
        Caller caller = rest(user);
        assertThat(caller.call("GET", "/engine-rest/task", null).json().size()).isEqualTo(seesTasks ? 1 : 0);
        Answer complete = caller.call("POST", "/engine-rest/task/" + task.getId() + "/complete", DECLINE);
        assertThat(complete.status()).as(complete.body()).isEqualTo(seesTasks ? 204 : 403);
        task = waiting("admin", "App", "Policy2");
        Answer rollBack = caller.call("POST", "/engine-rest/message", """
            {"messageName": "RollBack", "processInstanceId": "%s"}""".formatted(task.getProcessInstanceId()));
        assertThat(rollBack.status()).as(rollBack.body()).isEqualTo(mayRollBack ? 204 : 403);
        Answer start = caller.call("POST", "/engine-rest/process-definition/key/configure-mfa-sign-on/start", """
            {"variables": {"applicationName": {"value": "x"}, "policyName": {"value": "y"}}}""");
        assertThat(start.status()).as(start.body()).isEqualTo(user.equals("requester") ? 200 : 403);
    }

    @Test
    void aStoredExpressionIsNotEvaluated() {
        String evil = "${'pwned'.getClass().forName('java.lang.Runtime')}";
        for (String user : USERS) {
            Answer made = rest(user).call("POST", "/engine-rest/filter/create", """
                {"resourceType": "Task", "name": "evil", "query": {"assigneeExpression": "%s"}}""".formatted(evil));
            if (made.isSuccess()) {
                Answer run = rest(user).call("GET", "/engine-rest/filter/" + made.json().get("id").asString() + "/list", null);
                assertThat(run.isSuccess()).as(run.body()).isFalse();
                assertThat(run.body()).doesNotContain("java.lang");
            } else {
                assertThat(made.status()).as(made.body()).isIn(400, 403);
            }
            Answer query = rest(user).call("POST", "/engine-rest/task", "{\"assigneeExpression\": \"" + evil + "\"}");
            assertThat(query.status()).as(query.body()).isEqualTo(400);
        }
    }

    @Test
    void nobodyCanEscalatePrivileges() {
        for (String user : List.of("requester", "approver", "operator")) {
            for (Caller caller : List.of(rest(user), Caller.web(port, user))) {
                String at = caller.call("GET", "/engine-rest/version", null).isSuccess() ? Caller.REST : Caller.WEB;
                String[][] attempts = {{"PUT", "/group/sign-on-approvers/members/" + user, "{}"},
                    {"PUT", "/group/camunda-admin/members/" + user, "{}"},
                    {"POST", "/user/create", "{\"profile\": {\"id\": \"twin\"}, \"credentials\": {\"password\": \"Aa1!aaaaaaaa\"}}"},
                    {"POST", "/authorization/create", "{\"type\": 1, \"permissions\": [\"ALL\"], \"userId\": \"" + user
                        + "\", \"resourceType\": 0, \"resourceId\": \"*\"}"},
                    {"PUT", "/user/admin/credentials", "{\"password\": \"Aa1!aaaaaaaa\", \"authenticatedUserPassword\": \"" + user
                        + "-sandbox\"}"},
                    {"DELETE", "/user/admin", null}, {"POST", "/user/admin/unlock", "{}"}, {"POST", "/tenant/create", "{\"id\": \"t\"}"},
                    {"POST", "/identity/verify", "{\"username\": \"admin\", \"password\": \"admin-sandbox\"}"}};
                for (String[] attempt : attempts) {
                    Answer answer = caller.call(attempt[0], at + attempt[1], attempt[2]);
                    assertThat(answer.status()).as("%s: %s %s: %s", user, attempt[0], attempt[1], answer.body()).isIn(400, 403, 404);
                }
            }
        }
        assertThat(identities.createUserQuery().userId("twin").count()).isZero();
        assertThat(identities.createGroupQuery().groupMember("requester").list()).hasSize(1);
        assertThat(identities.checkPassword("admin", "admin-sandbox")).isTrue();
    }

    @Test
    void crossSiteRequestsChangeNothing() {
        String start = "/engine-rest/process-definition/key/configure-mfa-sign-on/start";
        for (String site : List.of("cross-site", "same-site")) {
            assertThat(rest("requester").send("POST", start, "{}", "Content-Type", "application/json", "Sec-Fetch-Site", site).status())
                .isEqualTo(403);
        }
        Answer own = rest("requester").send("POST", start, "{}", "Content-Type", "application/json", "Sec-Fetch-Site", "same-origin");
        assertThat(own.status()).as("allowed, but its input is invalid").isEqualTo(400);
        Caller web = Caller.web(port, "admin");
        Answer guessed = web.send("POST", Caller.WEB + "/task", "{}", "Content-Type", "application/json", "X-XSRF-TOKEN", "guess");
        assertThat(guessed.status()).as("two tokens, one wrong").isEqualTo(403);
    }

    /** Whatever the API, and whatever else the browser sends or does not send. */
    @Test
    void aForeignOriginChangesNothing() throws Exception {
        List<String[]> foreign = new ArrayList<>();
        for (String origin : List.of("http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1.evil.example:" + port,
            "http://127.0.0.1:" + port + "@evil.example", "")) {
            for (String site : List.of("same-origin", "none", "cross-site", "")) {
                foreign.add(new String[] {"Origin", origin, "Content-Type", "application/json",
                    site.isEmpty() ? "X-None" : "Sec-Fetch-Site", site});
            }
        }
        Caller nobody = Caller.nobody(port);
        Set<String> open = new TreeSet<>();
        int turn = 0;
        for (Endpoint endpoint : Endpoints.of(context)) {
            boolean all = Pattern.matches("/engine-rest/task/\\{id}/claim|/camunda/api/(engine/.*/message|admin/auth/.*)|/api/roll-outs"
                + "|/error", endpoint.path());
            for (int i = 0; endpoint.changes() && i < (all ? foreign.size() : 1); i++) {
                int status = nobody.send(endpoint.method(), filled(endpoint), "{}", foreign.get(turn++ % foreign.size())).status();
                // A method that Spring Security refuses wherever it is forwarded, here to the error page.
                if (status != 403 && !endpoint.method().equals("TRACE")) {
                    open.add(endpoint.path().replaceFirst("^(/[^/]*(/api)?).*", "$1") + " " + status);
                }
            }
        }
        assertThat(turn).isGreaterThan(300);
        System.out.println("Open to a foreign Origin: " + open);
        assertThat(open).isEmpty();
        String start = "/engine-rest/process-definition/key/configure-mfa-sign-on/start";
        Caller requester = rest("requester");
        assertThat(requester.send("POST", start, "{}", "Content-Type", "application/json", "Origin", "http://evil.example").status())
            .isEqualTo(403);
        assertThat(rest("requester").send("POST", start, "{}", "Content-Type", "application/json", "Origin", "http://127.0.0.1:" + port)
            .status()).as("our own: allowed, but its input is invalid").isEqualTo(400);
    }

    /** Otherwise anybody who can make a cache keep a response, or a browser follow one, can redirect people elsewhere. */
    @Test
    void noRedirectEchoesTheHost() throws Exception {
        Wire wire = new Wire(port, "127.0.0.1");
        Set<String> paths = new TreeSet<>(List.of("/camunda", "/camunda/", "/camunda/app", "/camunda/app/", "/camunda/app/tasklist",
            "/camunda/app/tasklist/", "/camunda/app/welcome", "/engine-rest", "/roll-outs/", "/actuator"));
        Endpoints.of(context).stream().filter(endpoint -> endpoint.method().equals("GET")).map(ClosedByDefaultTest::filled)
            .forEach(paths::add);
        List<String> redirects = paths.parallelStream().flatMap(path -> {
            String answer = wire.send("GET", path, "Host: evil.example\r\n" + Wire.basic("admin", "admin-sandbox"));
            String head = answer.split("\r\n\r\n", 2)[0];
            return head.contains("evil.example") ? Stream.of(path + " -> " + head.replaceAll("(?is).*location: (\\S*).*", "$1"))
                : Stream.empty();
        }).toList();
        System.out.println("Responses with the request's Host in a header: " + redirects);
        assertThat(redirects).isEmpty();
        String created = wire.send("GET", "/camunda/app/tasklist/", "Host: evil.example\r\n");
        assertThat(created).startsWith("HTTP/1.1 302").contains("Location: /camunda/app/tasklist/default/");
    }

    /** A refusal must not tell callers anything that they do not know. */
    @Test
    void aRefusalNamesNoIdThatWasNotInTheRequest() throws Exception {
        user("bystander");
        Task task = waiting("admin", "App", "Policy");
        String job = management.createJobQuery().processInstanceId(task.getProcessInstanceId()).timers().list().get(0).getId();
        Map<String, String> ids = Map.of("task", task.getId(), "process-definition", task.getProcessDefinitionId(), "job", job,
            "user", "bystander", "group", "sign-on-operators", "filter", context.getBean(FilterService.class).createFilterQuery()
                .list().get(0).getId(), "deployment", repository.createDeploymentQuery().list().get(0).getId());
        List<String> known = new ArrayList<>(ids.values());
        known.addAll(List.of(task.getProcessInstanceId(), task.getExecutionId(), "configure-mfa-sign-on", "admin", "approver",
            "sign-on-approvers"));
        Set<String> told = new TreeSet<>();
        int refused = 0;
        for (String user : List.of("requester", "approver", "operator")) {
            Caller rest = rest(user);
            for (Endpoint endpoint : Endpoints.of(context)) {
                if (!endpoint.path().startsWith("/engine-rest/") || endpoint.path().contains("/engine/") || endpoint.path().equals(
                    "/engine-rest/task/{id}/complete") && user.equals("approver")) {
                    continue;
                }
                String area = below(endpoint.path()).replaceFirst("^/history", "").replaceFirst("^/([a-z-]*).*", "$1");
                String path = endpoint.path().replaceFirst("\\{[^}]*}", java.util.regex.Matcher.quoteReplacement(
                    ids.getOrDefault(area, task.getProcessInstanceId()))).replaceAll("\\{[^}]*}", "x");
                String body = endpoint.changes() ? path.endsWith("/retries") ? "{\"retries\": 1}" : path.equals("/engine-rest/message")
                    ? "{\"messageName\": \"RollBack\", \"processInstanceId\": \"" + task.getProcessInstanceId() + "\"}" : "{}" : null;
                if (user.equals("operator") && body != null && !body.equals("{}")) {
                    continue;
                }
                Answer answer = rest.call(endpoint.method(), path, body);
                if (answer.status() == 403) {
                    refused++;
                    known.stream().filter(id -> Pattern.compile("\\b" + Pattern.quote(id) + "\\b").matcher(answer.body()).find())
                        .filter(id -> !path.contains(id) && !user.contains(id))
                        .filter(id -> body == null || !body.contains(id))
                        .forEach(id -> told.add(endpoint.method() + " " + endpoint.path() + ": " + answer.body()));
                }
            }
        }
        System.out.println("Refusals: " + refused + ", naming unknown ids: " + told.size() + told.stream().limit(3).toList());
        assertThat(refused).isGreaterThan(100);
        assertThat(told).isEmpty();
        Answer answer = rest("requester").call("POST", "/engine-rest/task/" + task.getId() + "/complete", DECLINE);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("TASK_WORK").doesNotContain("configure-mfa-sign-on").doesNotContain(task.getProcessInstanceId());
    }

    @Test
    void headersAndCookies() {
        for (String path : List.of("/", "/swagger-ui/index.html", "/engine-rest/version", "/camunda/app/tasklist/default/")) {
            Answer answer = rest("admin").call("GET", path, null);
            assertThat(answer.header("X-Content-Type-Options")).as(path).isEqualTo("nosniff");
            assertThat(answer.header("Content-Security-Policy")).as(path).isNotBlank();
            assertThat(answer.header("X-Frame-Options") + answer.header("Content-Security-Policy")).as(path)
                .containsAnyOf("DENY", "SAMEORIGIN", "frame-ancestors 'none'");
        }
        List<String> cookies = Caller.nobody(port).call("GET", "/camunda/app/tasklist/default/", null).headers().allValues("Set-Cookie");
        assertThat(cookies).allMatch(cookie -> cookie.contains("SameSite=Lax"))
            .anyMatch(cookie -> cookie.startsWith("JSESSIONID=") && cookie.contains("HttpOnly"))
            .noneMatch(cookie -> cookie.contains("Secure"));
        assertThat(rest("admin").call("GET", "/engine-rest/version", null).headers().allValues("Set-Cookie")).as("no session").isEmpty();
    }

    @Test
    void aGuesserLocksOutNobodyElse() {
        user("victim", "sign-on-requesters");
        Caller guesser = Caller.basic(port, "victim", "wrong");
        for (int i = 0; i < 4; i++) {
            assertThat(guesser.call("GET", "/engine-rest/version", null).status()).isEqualTo(401);
        }
        assertThat(Caller.nobody(port).login("victim", "wrong").status()).as("the fifth, through the other API").isEqualTo(401);
        Answer slowed = guesser.call("GET", "/engine-rest/version", null);
        assertThat(slowed.status()).isEqualTo(429);
        assertThat(Integer.parseInt(slowed.header("Retry-After"))).isPositive();
        Answer slowedWeb = Caller.nobody(port).login("victim", "victim-sandbox");
        assertThat(slowedWeb.status()).isEqualTo(429);
        assertThat(slowedWeb.header("Retry-After")).isNotNull();
        assertThat(rest("requester").call("GET", "/engine-rest/version", null).status()).as("another user, same address").isEqualTo(200);
        assertThat(new Wire(port, "127.0.0.2").login("victim", "victim-sandbox")).as("the same user, another address").isEqualTo(200);
    }
}
