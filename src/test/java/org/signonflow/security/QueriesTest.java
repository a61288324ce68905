package org.signonflow.security;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.TaskQueryImpl;
import org.camunda.bpm.engine.impl.persistence.entity.FilterEntity;
import org.camunda.bpm.engine.rest.dto.AbstractSearchQueryDto;
import org.camunda.bpm.engine.rest.dto.CamundaQueryParam;
import org.camunda.bpm.engine.rest.dto.task.TaskQueryDto;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.security.Caller.Answer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.Import;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.lang.reflect.Method;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Queries run no code, and cost the engine only so much. */
@Import(Trap.Config.class)
@TestPropertySource(properties = "signonflow.security.query-timeout=1s")
class QueriesTest extends RunningApp {

    private static final String DOUBLE = "/engine-rest/engine/default";
    private static final String QUERY_WITH_BRANCH = """
        {"orQueries": [{"name": "x", "assigneeExpression": "%s"}]}""".formatted(Trap.EXPRESSION);

    @Autowired
    Trap trap;
    @Autowired
    ProcessEngine engine;
    @Autowired
    JdbcTemplate jdbc;

    @BeforeEach
    void theTrapIsSet() {
        assertThat(trap.works(engine)).isTrue();
    }

    @AfterEach
    void nothingWasEvaluated() {
        engine.getFilterService().createTaskFilterQuery().list().stream().filter(filter -> !filter.getName().equals("Waiting for approval"))
            .forEach(filter -> engine.getFilterService().deleteFilter(filter.getId()));
        assertThat(trap.sprung()).isZero();
    }

    /** The members that the engine would evaluate, for every query of the REST API. */
    private static Map<Class<?>, Set<String>> expressionMembers() throws ClassNotFoundException {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AssignableTypeFilter(AbstractSearchQueryDto.class));
        Map<Class<?>, Set<String>> found = new TreeMap<>(Comparator.comparing(Class::getName));
        int types = 0;
        for (BeanDefinition candidate : scanner.findCandidateComponents("org.camunda.bpm")) {
            Class<?> type = Class.forName(candidate.getBeanClassName());
            types++;
            for (Method method : type.getMethods()) {
                CamundaQueryParam param = method.getAnnotation(CamundaQueryParam.class);
                Stream.of(param == null ? "" : param.value(), method.getName().startsWith("set")
                        ? Character.toLowerCase(method.getName().charAt(3)) + method.getName().substring(4) : "")
                    .filter(name -> name.endsWith("Expression"))
                    .forEach(name -> found.computeIfAbsent(type, key -> new TreeSet<>()).add(name));
            }
        }
        assertThat(types).as("kinds of queries").isGreaterThan(40);
        return found;
    }

    @Test
    void anExpressionIsRefusedInEveryMemberThroughEveryApi() throws ClassNotFoundException {
        Map<Class<?>, Set<String>> members = expressionMembers();
        assertThat(members.keySet()).as("there are others: give them their paths").containsExactly(TaskQueryDto.class);
        assertThat(members.get(TaskQueryDto.class)).hasSizeGreaterThanOrEqualTo(20).contains("assigneeExpression", "ownerExpression",
            "candidateUserExpression", "candidateGroupExpression", "candidateGroupsExpression", "involvedUserExpression",
            "dueDateExpression", "createdAfterExpression", "processInstanceBusinessKeyExpression");
        List<String> surprises = new ArrayList<>();
        int asked = 0;
        for (String user : USERS) {
            Caller web = Caller.web(port, user);
            for (String api : List.of(Caller.REST, DOUBLE, Caller.WEB)) {
                Caller caller = api.equals(Caller.WEB) ? web : rest(user);
                for (String member : members.get(TaskQueryDto.class)) {
                    String one = "{\"%s\": \"%s\"}".formatted(member, Trap.EXPRESSION);
                    String branch = "{\"name\": \"x\", \"orQueries\": [{\"name\": \"x\"}, %s]}".formatted(one);
                    String deeper = "{\"orQueries\": [{\"orQueries\": [{\"orQueries\": [%s]}]}]}".formatted(one);
                    // The engine would answer these without looking at the rest of the query.
                    String impossible = """
                        {"dueAfter": "2030-01-01T00:00:00.000+0000", "dueBefore": "2020-01-01T00:00:00.000+0000", %s"""
                        .formatted(branch.substring(1));
                    for (String path : List.of("/task", "/task/count")) {
                        List<Answer> answers = new ArrayList<>(List.of(caller.call("GET", api + path + "?" + member + "="
                            + URLEncoder.encode(Trap.EXPRESSION, StandardCharsets.UTF_8), null)));
                        for (String body : List.of(one, branch, deeper, impossible)) {
                            answers.add(caller.call("POST", api + path, body));
                        }
                        asked += answers.size();
                        answers.stream().filter(answer -> answer.status() != 400
                                || !answer.body().matches(".*(expression|within a branch).*"))
                            .forEach(answer -> surprises.add("%s %s%s %s: %d %s".formatted(user, api, path, member, answer.status(),
                                answer.body())));
                    }
                }
            }
        }
        System.out.println("Queries with an expression: " + asked + ", not refused: " + surprises.size() + ", evaluated: " + trap.sprung());
        assertThat(surprises).isEmpty();
    }

    @Test
    void aQueryCannotCompleteATask() {
        Task task = waiting("requester", "App", "Policy");
        Answer answer = rest("requester").call("POST", "/engine-rest/task/count", """
            {"orQueries": [{"name": "x", "assigneeExpression": "x${identityService.clearAuthentication()}"},
              {"name": "x", "assigneeExpression": "x${taskService.setVariable('%1$s', 'decision', 'approve')}"},
              {"name": "x", "assigneeExpression": "x${taskService.complete('%1$s')}"}]}""".formatted(task.getId()));
        System.out.println("Three branches: " + answer.status() + " " + answer.body());
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("message").asString()).startsWith("Queries must not contain expressions").contains("taskAssignee");
        assertThat(tasks.createTaskQuery().taskId(task.getId()).count()).isEqualTo(1);
        assertThat(tasks.getVariables(task.getId())).doesNotContainKey("decision");
    }

    @Test
    void theEngineItselfRefusesThem() {
        var query = tasks.createTaskQuery().or().taskAssigneeExpression(Trap.EXPRESSION).endOr();
        for (ThrowingCallable run : List.<ThrowingCallable>of(query::count, query::list, query::singleResult, () -> query.listPage(0, 1))) {
            assertThatThrownBy(run).hasMessageContaining("Queries must not contain expressions");
        }
    }

    private String mine() {
        Caller.web(port, "requester");
        return engine.getFilterService().createTaskFilterQuery().filterOwner("requester").filterName("Mine").singleResult().getId();
    }

    private void storedBefore(String filter, boolean branch) {
        TaskQueryImpl query = (TaskQueryImpl) (branch ? tasks.createTaskQuery().or().taskAssigneeExpression(Trap.EXPRESSION).endOr()
            : tasks.createTaskQuery().taskAssigneeExpression(Trap.EXPRESSION));
        FilterEntity entity = new FilterEntity("Task");
        entity.setQuery(query);
        jdbc.update("update ACT_RU_FILTER set QUERY_ = ? where ID_ = ?", entity.getQueryInternal(), filter);
    }

    @Test
    void aFilterIsNotSavedWithAnExpression() {
        String filter = mine();
        String body = "{\"name\": \"Mine\", \"resourceType\": \"Task\", \"owner\": \"requester\", \"query\": %s}";
        for (String query : List.of(QUERY_WITH_BRANCH, "{\"ownerExpression\": \"" + Trap.EXPRESSION + "\"}",
                "{\"orQueries\": [" + QUERY_WITH_BRANCH + "]}")) {
            for (String api : List.of(Caller.REST, DOUBLE, Caller.WEB)) {
                Caller caller = api.equals(Caller.WEB) ? Caller.web(port, "requester") : rest("requester");
                Answer saved = caller.call("PUT", api + "/filter/" + filter, body.formatted(query));
                System.out.println("PUT " + api + "/filter: " + saved.status() + " " + saved.body());
                assertThat(saved.status()).isEqualTo(400);
                Answer created = rest("admin").call("POST", (api.equals(Caller.WEB) ? Caller.REST : api) + "/filter/create",
                    body.formatted(query).replace("\"requester\"", "\"admin\""));
                assertThat(created.status()).as(created.body()).isEqualTo(400);
            }
        }
        assertThat(rest("requester").call("GET", "/engine-rest/filter/" + filter, null).body()).doesNotContain("trap");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPreviouslySavedFilterIsNotRun(boolean branch) {
        String filter = mine();
        storedBefore(filter, branch);
        Caller owner = rest("requester");
        for (String api : List.of(Caller.REST, DOUBLE, Caller.WEB)) {
            Caller caller = api.equals(Caller.WEB) ? Caller.web(port, "requester") : owner;
            for (String path : List.of("/list", "/count", "/singleResult")) {
                for (String body : new String[] {null, "{}", "{\"name\": \"x\"}", "{\"orQueries\": [{\"name\": \"x\"}]}"}) {
                    Answer run = caller.call(body == null ? "GET" : "POST", api + "/filter/" + filter + path, body);
                    assertThat(run.status()).as(api + path + run.body()).isEqualTo(400);
                    assertThat(run.json().get("message").asString()).startsWith("The filter Mine cannot be used");
                }
            }
            assertThat(caller.call("GET", api + "/filter/" + filter + "?itemCount=true", null).status()).isEqualTo(400);
            assertThat(caller.call("GET", api + "/filter?itemCount=true", null).status()).isEqualTo(400);
        }
        Answer hal = owner.send("GET", "/engine-rest/filter/" + filter + "/list", null, "Accept", "application/hal+json");
        assertThat(hal.status()).isEqualTo(400);
        Answer counted = rest("admin").call("GET", "/engine-rest/filter?itemCount=true", null);
        System.out.println("An administrator counts all filters: " + counted.status() + " " + counted.body());
        assertThat(counted.status()).as("not the administrator's filter").isEqualTo(200);
        assertThat(owner.call("PUT", "/engine-rest/filter/" + filter, """
            {"name": "Mine", "resourceType": "Task", "query": {"assignee": "requester"}}""").status()).as("repaired").isEqualTo(204);
        assertThat(owner.call("GET", "/engine-rest/filter/" + filter + "/count", null).status()).isEqualTo(200);
    }

    @Test
    void aFilterIsNotExtendedByAnExpression() {
        String filter = mine();
        String[][] filters = {{"requester", filter}, {"admin", engine.getFilterService().createTaskFilterQuery()
            .filterName("Waiting for approval").singleResult().getId()}};
        for (String[] owned : filters) {
            for (String path : List.of("/list", "/count", "/singleResult")) {
                for (String query : List.of(QUERY_WITH_BRANCH, "{\"ownerExpression\": \"" + Trap.EXPRESSION + "\"}",
                        "{\"orQueries\": [" + QUERY_WITH_BRANCH + "]}")) {
                    Answer run = rest(owned[0]).call("POST", "/engine-rest/filter/" + owned[1] + path, query);
                    assertThat(run.status()).as(path + query + run.body()).isEqualTo(400);
                }
            }
        }
    }

    @Test
    void onlyItsOwnerSeesAFilter() {
        String filter = mine();
        Answer owned = rest("requester").call("GET", "/engine-rest/filter", null);
        assertThat(owned.json().findValuesAsString("id")).containsExactly(filter);
        assertThat(rest("requester").call("GET", "/engine-rest/filter/count", null).json().get("count").asInt()).isEqualTo(1);
        for (String user : List.of("approver", "operator", "admin")) {
            for (String api : List.of(Caller.REST, Caller.WEB)) {
                Caller caller = api.equals(Caller.WEB) ? Caller.web(port, user) : rest(user);
                Answer all = caller.call("GET", api + "/filter?itemCount=true", null);
                System.out.println("Filters of " + user + ": " + all.json().findValuesAsString("name"));
                assertThat(all.json().findValuesAsString("id")).doesNotContain(filter);
                assertThat(caller.call("GET", api + "/filter/count", null).json().get("count").asInt()).isEqualTo(all.json().size());
                for (String query : List.of("?owner=requester", "?filterId=" + filter, "?firstResult=0&maxResults=50&name=Mine")) {
                    assertThat(caller.call("GET", api + "/filter" + query, null).json().findValuesAsString("id")).doesNotContain(filter);
                }
                for (String path : List.of("", "/list", "/count", "/singleResult")) {
                    // 400 from the engine itself, if the caller has no authorization at all and requested a single result.
                    assertThat(caller.call("GET", api + "/filter/" + filter + path, null).status())
                        .isIn(403, 404, path.equals("/singleResult") && !user.equals("admin") ? 400 : 404);
                }
                assertThat(caller.call("PUT", api + "/filter/" + filter, """
                    {"name": "Taken", "resourceType": "Task", "query": {}}""").status()).isIn(403, 404);
            }
        }
        assertThat(rest("admin").call("GET", "/engine-rest/filter", null).json().findValuesAsString("name"))
            .contains("Waiting for approval");
        assertThat(rest("approver").call("GET", "/engine-rest/filter", null).json().findValuesAsString("name"))
            .contains("Waiting for approval");
    }

    @Test
    void aFilterKeepsItsOwner() {
        String filter = mine();
        String body = "{\"name\": \"Mine\", \"resourceType\": \"Task\", \"query\": {} %s}";
        Answer given = rest("requester").call("PUT", "/engine-rest/filter/" + filter, body.formatted(", \"owner\": \"admin\""));
        assertThat(given.status()).as(given.body()).isEqualTo(400);
        assertThat(rest("requester").call("PUT", "/engine-rest/filter/" + filter, body.formatted("")).status()).isEqualTo(204);
        assertThat(engine.getFilterService().getFilter(filter).getOwner()).as("Tasklist names none").isEqualTo("requester");
        Answer planted = rest("admin").call("POST", "/engine-rest/filter/create", body.formatted(", \"owner\": \"requester\""));
        assertThat(planted.status()).as(planted.body()).isEqualTo(400);
    }

    @Test
    void filtersAreBounded() {
        String filter = mine();
        String body = """
            {"name": "%s", "resourceType": "Task", "query": {"name": "%s"}, "properties": {"description": "%s"}}""";
        String[][] tooLarge = {{"Mine", "x".repeat(8_001), ""}, {"Mine", "", "x".repeat(8_001)}, {"x".repeat(256), "", ""}};
        for (String[] values : tooLarge) {
            Answer saved = rest("requester").call("PUT", "/engine-rest/filter/" + filter, body.formatted((Object[]) values));
            assertThat(saved.status()).as(saved.body()).isEqualTo(400);
            assertThat(saved.json().get("message").asString()).contains("characters");
        }
        for (int i = 0; i < 20; i++) {
            assertThat(rest("admin").call("POST", "/engine-rest/filter/create", """
                {"name": "%d", "owner": "admin", "resourceType": "Task", "query": {}}""".formatted(i)).status()).isEqualTo(200);
        }
        Answer one = rest("admin").call("POST", "/engine-rest/filter/create", """
            {"name": "One more", "owner": "admin", "resourceType": "Task", "query": {}}""");
        assertThat(one.status()).isEqualTo(400);
        assertThat(one.json().get("message").asString()).isEqualTo("You may have at most 20 filters.");
        rest("requester").call("PUT", "/engine-rest/filter/" + filter, body.formatted("Not mine", "", ""));
        Caller.web(port, "requester");
        assertThat(engine.getFilterService().createTaskFilterQuery().filterOwner("requester").count()).as("no new one at each login")
            .isEqualTo(1);
    }

    private static ObjectNode costly(String what, int times) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        ObjectNode query = json.objectNode();
        ArrayNode many = json.arrayNode();
        IntStream.range(0, times).forEach(i -> many.add(switch (what) {
            case "sorting" -> json.objectNode().put("sortBy", "processVariable").put("sortOrder", "asc")
                .set("parameters", json.objectNode().put("variable", "v" + i).put("type", "String"));
            case "orQueries" -> json.objectNode().put("name", "x").put("assignee", "y" + i);
            case "processVariables", "variables", "variableValues" -> json.objectNode().put("name", "v" + i).put("operator", "eq")
                .put("value", "x" + i);
            default -> json.textNode("id" + i);
        }));
        return query.set(what, many);
    }

    @ParameterizedTest
    @CsvSource({"/task, sorting, 5", "/task/count, sorting, 5", "/task, orQueries, 5", "/task, processVariables, 20",
        "/task, processInstanceBusinessKeyIn, 6500", "/process-instance, variables, 20", "/history/process-instance, variables, 20",
        "/history/process-instance, processInstanceIds, 6500", "/history/task, processVariables, 20", "/execution, processVariables, 20",
        "/variable-instance, variableValues, 20"})
    void aQueryIsBounded(String path, String what, int most) {
        for (String user : List.of("requester", "admin")) {
            for (String api : List.of(Caller.REST, DOUBLE, Caller.WEB)) {
                Caller caller = api.equals(Caller.WEB) ? Caller.web(port, user) : rest(user);
                Answer allowed = caller.call("POST", api + path, costly(what, most).toString());
                assertThat(allowed.status()).as(allowed.body()).isEqualTo(200);
                Answer refused = caller.call("POST", api + path, costly(what, most + 1).toString());
                assertThat(refused.status()).as(refused.body()).isEqualTo(400);
                assertThat(refused.json().get("message").asString()).startsWith("A query may have at most %,d ".formatted(most));
            }
        }
    }

    /** As many as fit into a body; a thousand do not. */
    @Test
    void hundredsOfSortMembers() {
        waiting("requester", "App", "Policy");
        for (String path : List.of("/task", "/filter/" + mine() + "/list")) {
            long began = System.nanoTime();
            Answer answer = rest("requester").call("POST", "/engine-rest" + path, costly("sorting", 400).toString());
            System.out.println(path + " sorted by 400 variables: " + answer.status() + " " + answer.body() + " after "
                + (System.nanoTime() - began) / 1_000_000 + " ms");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().get("message").asString()).isEqualTo("A query may have at most 5 sort criteria.");
        }
    }

    /** H2 would try every combination of positions, without checking its timeout. */
    @Test
    void patternsMayHaveOnlyAFewWildcards() {
        start("requester", "a".repeat(256), "Policy");
        for (String[] query : new String[][] {{"/task", "{'nameLike': '%s'}"},
                {"/history/process-instance", "{'variables': [{'name': 'applicationName', 'operator': 'like', 'value': '%s'}]}"},
                {"/process-instance", "{'orQueries': [{'variables': [{'name': 'x', 'operator': 'like', 'value': '%s'}]}]}"}}) {
            Answer allowed = rest("requester").call("POST", "/engine-rest" + query[0], query[1].replace('\'', '"').formatted("%a%b%"));
            assertThat(allowed.status()).as(allowed.body()).isEqualTo(200);
            Answer refused = rest("requester").call("POST", "/engine-rest" + query[0], query[1].replace('\'', '"').formatted("%a%a%a%a%b"));
            assertThat(refused.status()).as(refused.body()).isEqualTo(400);
        }
    }

    @Test
    void cockpitsQueriesAreBoundedToo() {
        Caller web = Caller.web(port, "operator");
        String plugin = "/camunda/api/cockpit/plugin/base/default/process-instance";
        for (String path : List.of(plugin + "?firstResult=0&maxResults=50", plugin + "/count")) {
            Answer allowed = web.call("POST", path, costly("variables", 20).toString());
            assertThat(allowed.status()).as(allowed.body()).isEqualTo(200);
            Answer refused = web.call("POST", path, costly("variables", 21).toString());
            assertThat(refused.status()).as(refused.body()).isEqualTo(400);
            assertThat(refused.json().get("message").asString()).isEqualTo("A query may have at most 20 conditions on variables.");
        }
    }

    /** Tenants are not used: they are replaced by a view that takes as long as it is told to. */
    private void replaceTenants(String rows) {
        jdbc.execute("alter table ACT_ID_TENANT rename to TENANTS_BEFORE");
        jdbc.execute("create alias if not exists SLOWLY for \"" + Slow.class.getName() + ".row\"");
        jdbc.execute("create view ACT_ID_TENANT as select SLOWLY(X) ID_, 1 REV_, 'x' NAME_ from system_range(1, " + rows + ")");
    }

    public static final class Slow {
        public static String row(long row) throws InterruptedException {
            Thread.sleep(5);
            return "tenant" + row;
        }
    }

    @Test
    void userStatementsHaveATimeout() {
        replaceTenants("600");
        try {
            for (String path : List.of("/tenant/count?nameLike=x%25&idLike=%25y%25", "/tenant?nameLike=x%25&idLike=%25y%25")) {
                long began = System.nanoTime();
                Answer answer = rest("admin").call("GET", "/engine-rest" + path, null);
                System.out.println(path + ": " + answer.status() + " " + answer.body() + " after "
                    + (System.nanoTime() - began) / 1_000_000 + " ms");
                assertThat(answer.status()).as(answer.body()).isEqualTo(503);
                assertThat(answer.json().get("message").asString()).contains("took too long");
            }
            // Nobody is logged in: the application's own statements, and jobs, take their time, on the same connections.
            assertThat(identities.createTenantQuery().tenantNameLike("x%").count()).isEqualTo(600);
            assertThat(jdbc.queryForObject("select count(ID_) from ACT_ID_TENANT where ID_ <> 'x'", Integer.class)).isEqualTo(600);
        } finally {
            jdbc.execute("drop view ACT_ID_TENANT");
            jdbc.execute("alter table TENANTS_BEFORE rename to ACT_ID_TENANT");
        }
    }
}
