package org.signonflow.browser;

import org.awaitility.Awaitility;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.support.ui.Select;
import org.signonflow.Signonflow;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** What people see in a browser, with the job executor running and the sandbox as PingOne. Screenshots are saved below target. */
@SpringBootTest(classes = Signonflow.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
    "spring.datasource.url=jdbc:h2:mem:${random.uuid}",
    "signonflow.demo=false"})
@ExtendWith(OutputCaptureExtension.class)
class WebApplicationsTest extends BrowserTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final By START = By.xpath("//div[@class='modal-footer ng-scope']//button[normalize-space()='Start']");
    private static final By COMPLETE = By.xpath("//button[normalize-space()='Complete']");
    private static final By APPROVE = By.cssSelector("input[type=radio][id*=approve], input[type=radio]");
    private static final String ENVIRONMENT = "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6";

    /** Runs, evaluates or forges something if it is treated as anything but text. */
    private static final String HOSTILE = "<img src=x onerror=\"window.__pwned=1;alert(1)\">"
        + "{{constructor.constructor('window.__pwned=1')()}}{{7*1111111}}${7*1111111}#{7*1111111}";
    private static final String EVALUATED = "7777777";
    private static final String FORGED = "2026-01-01T00:00:00.000Z ERROR FORGED";

    @Autowired
    RuntimeService runtime;
    @Autowired
    TaskService tasks;
    @Autowired
    HistoryService history;
    @Autowired
    IdentityService identities;
    @Autowired
    Changes changes;

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = JsonMapper.shared();
    private URI sandbox;
    private Map<String, Integer> before;

    @BeforeEach
    void startFresh(@Autowired Environment settings) throws Exception {
        sandbox = URI.create("http://127.0.0.1:" + settings.getProperty("signonflow.sandbox.port"));
        call("POST", "/sandbox/reset", "");
        before = objects();
        // Tasklist would look for tasks without a login.
        browser.go(at("/login"));
        browser.forget();
    }

    @AfterEach
    void cleanUpInstances() {
        // A job that is currently running may be faster.
        Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            runtime.createProcessInstanceQuery().list()
                .forEach(instance -> runtime.deleteProcessInstance(instance.getId(), "end of test", true, true));
            return runtime.createProcessInstanceQuery().count() == 0;
        });
    }

    @Test
    void aRequesterCorrectsErrorsAndStartsAFlow() throws Exception {
        openStartForm();
        fillByKeyboard("applicationName", "Shop");
        fillByKeyboard("policyName", "<script>");
        browser.press(Keys.TAB);
        browser.awaitText("Field must match pattern");
        assertThat(browser.find(START).isEnabled()).isFalse();
        browser.screenshot("01-requester-mistake-at-the-field");

        browser.fill(browser.find(field("policyName")), "Shop_MFA");
        // Tasklist may have rendered the form again since it was typed.
        browser.fill(browser.find(field("applicationName")), "Shop");
        fillByKeyboard("authenticators", "pigeon");
        startByKeyboard();
        browser.awaitText("authenticators: must be one or more of authenticator, email");
        browser.screenshot("02-requester-mistake-that-the-server-finds");
        assertThat(runtime.createProcessInstanceQuery().count()).isZero();

        browser.fill(browser.find(field("authenticators")), "sms, email");
        startByKeyboard();
        browser.awaitText("The process has been started.");
        browser.awaitText("It waits for approval; nothing has taken effect.");
        browser.screenshot("03-requester-started");
        ProcessInstance flow = Awaitility.await().atMost(PATIENCE)
            .until(() -> runtime.createProcessInstanceQuery().singleResult(), found -> found != null);
        Map<String, Object> variables = runtime.getVariables(flow.getId());
        assertThat(variables).containsEntry("requestedBy", "requester").containsEntry("policyName", "Shop_MFA")
            .containsEntry("authenticators", "sms, email");
        assertThat(variables.get("noDevicesMode")).isNull();
        assertThat(browser.find(By.linkText("Open the change")).getDomProperty("href")).isEqualTo(at("/changes/" + flow.getId()));
        assertNothingDenied();
    }

    @Test
    void aRequesterIsToldThatPingOneHasRefused() throws Exception {
        fault("POST", "/signOnPolicies", 400, HOSTILE);
        openStartForm();
        browser.fill(browser.find(field("applicationName")), HOSTILE);
        browser.fill(browser.find(field("policyName")), "Refused_MFA");
        startByKeyboard();
        browser.awaitText("Rejected: nothing remains in PingOne.", "Create sign-on policy was refused: " + HOSTILE.substring(0, 30));
        assertHarmless();
        browser.screenshot("03-requester-told-of-a-refusal");
        browser.click(By.cssSelector(".what-became-of-it .close"));
        assertThat(browser.text()).doesNotContain("Rejected:");
        assertNothingDenied();
    }

    @Test
    void theStartFormLeadsToThePageWithChoices() {
        openStartForm();
        browser.click(By.partialLinkText("Choose scopes and authenticators"));
        browser.awaitText("New change", "offline_access", "Log out");
        assertNothingDenied();
    }

    @Test
    void anApproverReadsClaimsAndApproves() throws Exception {
        String flow = startFlow("Shop", "Shop_MFA");
        awaitApproval(flow);
        browser.login(tasklist(), "approver");
        browser.awaitText("Waiting for approval", "Approve assignment", "Shop_MFA");
        browser.screenshot("04-approver-waiting-for-approval");
        claim();
        browser.awaitText("How the application's users sign on", "Nobody signs on yet: the application is new.",
            "Shop_MFA (priority 1), and nothing else", "What will take effect", "Shop_MFA", "requester");
        assertThat(browser.text()).doesNotContain("Deserves a second look", "Changed in PingOne meanwhile");
        browser.screenshot("05-approver-claimed");
        decide(APPROVE, "As agreed.");
        browser.screenshot("06-approver-approves");
        complete();
        awaitOutcome(flow, "COMPLETED");
        browser.awaitText("No task matching filters found.", "Completed: it is in effect.", "Open the change");
        browser.screenshot("07-approver-done");
        assertThat(objects().get("signOnPolicyAssignments")).isEqualTo(before.get("signOnPolicyAssignments") + 1);
        assertNothingDenied();
    }

    @Test
    void anApproverSeesFirstWhatDeservesASecondLook() throws Exception {
        JsonNode there = call("GET", "/sandbox/state", "");
        String application = there.at("/applications/0/id").asString();
        pingOne("POST", "/applications/" + application + "/signOnPolicyAssignments", "{\"priority\": 1, \"signOnPolicy\": {\"id\": \"%s\"}}"
            .formatted(there.at("/signOnPolicies/0/id").asString()));
        String flow = start("configure-passwordless-sign-on", Map.of("applicationId", application, "policyName", "Passwordless",
            "deviceAuthenticationPolicyId", there.at("/deviceAuthenticationPolicies/0/id").asString(), "noDevicesMode", "BYPASS"));
        awaitApproval(flow);
        login("tasklist", "approver");
        claim();
        String text = browser.awaitText("Sign-on before this change Single_Factor (priority 1)",
            "Sign-on with this change Passwordless or Single_Factor (both priority 1)",
            "Deserves a second look Priority 1 is taken by Single_Factor", "Deserves a second look Users without a device sign on without");
        assertThat(text.indexOf("Deserves a second look")).isLessThan(text.indexOf("What will take effect"));
        browser.screenshot("22-approver-second-look");
        assertNothingDenied();
    }

    @Test
    void anApproverMustSayWhyToDecline() throws Exception {
        String flow = startFlow("Shop", "Shop_MFA");
        awaitApproval(flow);
        login("tasklist", "approver");
        claim();
        decide(By.xpath("//label[normalize-space()='Decline']"), "");
        browser.awaitText("To decline, say why in the comment.");
        complete();
        browser.awaitText("comment: is required to decline.");
        browser.screenshot("08-approver-comment-required");
        browser.fill(browser.find(By.tagName("textarea")), "Not before the audit.");
        browser.screenshot("09-approver-declines");
        complete();
        awaitOutcome(flow, "DECLINED");
        assertThat(objects()).isEqualTo(before);
        assertNothingDenied();
    }

    @Test
    void anOperatorReadsPingOnesErrorAndRetries() throws Exception {
        fault("POST", "/signOnPolicies", 401, "ACCESS_FAILED");
        String flow = startFlow("Shop", "Shop_MFA");
        String said = awaitIncident(flow);
        browser.login(cockpit(""), "operator");
        browser.awaitText("Open Incidents", "Process Definitions\n6");
        browser.screenshot("10-operator-dashboard");
        browser.go(cockpit("processes"));
        browser.clickText("Configure MFA sign-on");
        browser.awaitText("Process Instances", flow);
        browser.screenshot("11-operator-flow-with-incident");
        browser.clickText(flow);
        browser.clickText("Incidents");
        browser.awaitText("ACCESS_FAILED", "status 401", said.replaceAll(".*(correlation id [0-9a-f-]+).*", "$1"));
        browser.screenshot("12-operator-incident");
        browser.click(By.cssSelector("td .action-button:not(.ng-hide)"));
        browser.awaitEnabled(By.xpath("//*[contains(@class,'modal-footer')]//button[normalize-space()='Retry']"));
        assertThat(browser.script("return getComputedStyle(document.querySelector('.modal .due-date')).display"))
            .as("the choice of a due date").isEqualTo("none");
        browser.click(By.xpath("//*[contains(@class,'modal-footer')]//button[normalize-space()='Retry']"));
        browser.awaitText("Incrementing the number of retries finished successfully.");
        browser.screenshot("13-operator-retried");
        awaitApproval(flow);
        assertThat(runtime.createIncidentQuery().count()).isZero();
        assertNothingDenied();
    }

    @Test
    void cockpitShowsWhatWasCalledAndWhatHasEnded() throws Exception {
        String flow = startFlow(HOSTILE, "Shop_MFA");
        awaitApproval(flow);
        login("cockpit", "operator");
        browser.go(cockpit("process-instance/" + flow));
        browser.clickText("Timeline");
        browser.awaitText("Open the change", "/signOnPolicies", "201, created", "Requested", "requester");
        browser.screenshot("22-operator-timeline");
        assertHarmless();

        identities.setAuthentication("approver", List.of("sign-on-approvers"));
        try {
            String task = tasks.createTaskQuery().processInstanceId(flow).singleResult().getId();
            tasks.complete(task, Map.of("decision", "approve", "comment", HOSTILE));
        } finally {
            identities.clearAuthentication();
        }
        awaitOutcome(flow, "COMPLETED");
        browser.go(cockpit("processes"));
        browser.clickText("Configure MFA sign-on");
        browser.clickText("History");
        browser.awaitText(HOSTILE.substring(0, 30), "Shop_MFA", "Completed", "Approved by approver");
        browser.screenshot("23-operator-history");
        assertHarmless();
        assertThat(browser.find(By.cssSelector("a[href$='/changes/" + flow + "']")).isDisplayed()).isTrue();
        assertNothingDenied();

        // Cockpit asks for an instance that is under way first.
        browser.go(cockpit("process-instance/" + flow));
        browser.awaitText("/signOnPolicyAssignments", "201, created");
        browser.screenshot("23-operator-ended");
        assertHarmless();
        browser.click(By.linkText("Open the change"));
        browser.awaitText("Completed: in effect");
    }

    @Test
    void cockpitListsWhatRanByADefinition() {
        Instant now = Instant.now();
        List<String> all = IntStream.range(0, 53).mapToObj(n -> "ended-" + n).toList();
        for (int n = 0; n < all.size(); n++) {
            boolean row = n == 52;
            changes.add(new Change(all.get(n), "configure-mfa-sign-on", "sandbox", "Application " + n, null, "P", "requester",
                now.minusMillis(n), null, row ? "autumn" : null, row ? 2 : null, ChangeState.COMPLETED, now, now, null, null, null, null,
                null, null, null, null, null, null));
        }
        try {
            login("cockpit", "operator");
            browser.go(cockpit("processes"));
            browser.clickText("Configure MFA sign-on");
            browser.clickText("History");
            browser.awaitText("Application 0", "Application 49");
            assertThat(browser.text()).doesNotContain("Application 50");
            browser.tabTo(By.xpath("//button[normalize-space()='More']")).sendKeys(Keys.ENTER);
            browser.awaitText("Application 49", "Application 50", "Application 51");
            browser.until("have no more", () -> !browser.isThere(By.xpath("//button[normalize-space()='More']")));
            assertThat(browser.text()).as("a row, which another process carries out").doesNotContain("Application 52");
            browser.screenshot("25-operator-history-of-many");
            browser.go(cockpit("processes"));
            browser.clickText("Roll out to an application");
            browser.clickText("History");
            assertThat(browser.awaitText("Application 52", "with its roll-out, line 2")).doesNotContain("Application 51");
            assertNothingDenied();
        } finally {
            changes.forget(all);
        }
    }

    @Test
    void cockpitSaysThatAChangeMayNotBeSeen() {
        identities.setAuthentication("admin", List.of("camunda-admin"));
        String flow;
        try {
            flow = runtime.startProcessInstanceByKey("configure-mfa-sign-on",
                Map.of("applicationName", "Another", "policyName", "Another_MFA")).getId();
        } finally {
            identities.clearAuthentication();
        }
        awaitApproval(flow);
        login("cockpit", "requester");
        browser.go(cockpit("process-instance/" + flow + "/history"));
        browser.awaitText("There is no such change, or you may not see it.");
        assertThat(browser.text()).doesNotContain("Another");
        browser.forget();
        // What Cockpit shows may be gone from our own records.
        Change recorded = changes.find(flow).orElseThrow();
        changes.forget(List.of(flow));
        try {
            login("cockpit", "operator");
            browser.go(cockpit("process-instance/" + flow));
            browser.clickText("Timeline");
            browser.awaitText("There is no such change, or you may not see it.");
        } finally {
            changes.add(recorded);
        }
    }

    @Test
    void cockpitOffersOnlyWhatIsAllowed() throws Exception {
        String waiting = startFlow("Waiting", "Waiting_MFA");
        awaitApproval(waiting);
        fault("POST", "/signOnPolicies", 401, "ACCESS_FAILED");
        String flow = startFlow("Shop", "Shop_MFA");
        awaitIncident(flow);
        for (String user : List.of("operator", "admin")) {
            browser.forget();
            login("cockpit", user);
            assertThat(browser.awaitText("Open Incidents", "Process Definitions\n6")).doesNotContain("Human Tasks", "Deployments");
            browser.go(cockpit("process-instance/" + flow));
            browser.clickText("Variables");
            assertThat(browser.awaitText("policyName", "Shop_MFA")).doesNotContain("Actions", "User Tasks");
            assertThat(offered()).as("the retry of all steps that have failed").containsExactly("glyphicon-repeat");
            browser.clickText("Incidents");
            browser.awaitText("ACCESS_FAILED");
            assertThat(offered()).containsExactly("glyphicon-repeat", "glyphicon-repeat");
            browser.clickText("Jobs");
            browser.awaitText("Failing Activity");
            assertThat(offered()).containsExactly("glyphicon-repeat");
            browser.screenshot("24-%s-jobs".formatted(user));
            // A timer's due date cannot be computed again either.
            browser.go(cockpit("process-instance/" + waiting));
            browser.clickText("Jobs");
            browser.awaitText("Reminder due");
            assertThat(offered()).containsExactly("glyphicon-repeat");
            browser.go(cockpit("processes"));
            browser.clickText("Configure MFA sign-on");
            browser.clickText("Job Definitions");
            browser.awaitText("Create native application");
            assertThat(offered()).isEmpty();
            assertNothingDenied();
        }
        browser.go(cockpit("repository"));
        browser.awaitText("Signonflow 1.");
        assertThat(offered()).isEmpty();
    }

    /** The icons of the visible buttons that would change something. */
    @SuppressWarnings("unchecked")
    private List<String> offered() {
        return (List<String>) browser.script("const icons = ['remove', 'repeat', 'plus', 'play', 'pause', 'pencil', 'trash', 'time', 'cog', "
            + "'edit', 'upload'].map(icon => `.glyphicon-${icon}`).join(); return [...document.querySelectorAll(icons)]"
            + ".filter(icon => icon.closest('[ng-click]:not([ng-click^=zoom])')?.checkVisibility())"
            + ".map(icon => icon.classList[icon.classList.length - 1])");
    }

    @Test
    void aRequesterRollsOutAListAndAnApproverLeavesOutALine(@TempDir Path directory) throws Exception {
        login("tasklist", "requester");
        browser.clickText("Start process");
        browser.tabTo(By.xpath("//*[contains(@class,'modal')]//a[normalize-space()='Roll out sign-on']")).sendKeys(Keys.ENTER);
        chooseList(directory, "applicationName,redirectUris\nShop,nonsense\n");
        browser.fill(browser.find(By.id("name")), "Autumn");
        browser.click(By.cssSelector("#policy option[value$=shared]"));
        browser.click(By.cssSelector("#environment option[value$=sandbox]"));
        browser.fill(browser.find(By.id("policyName")), "Autumn_MFA");
        browser.click(By.id("showPlan"));
        browser.awaitText("Line 2, redirectUris: must be absolute URIs");
        browser.screenshot("30-requester-list-with-a-mistake");

        chooseList(directory, "applicationName,redirectUris\nShop,\nBank,http://evil.example/steal\n"
            + HOSTILE.replace("\"", "").replace(",", "") + ",\n");
        browser.click(By.id("showPlan"));
        browser.awaitText("3 applications, 24 calls", "3 new applications", "1 new sign-on policy");
        browser.screenshot("31-requester-plan");
        startByKeyboard();
        browser.awaitText("The process has been started.");
        ProcessInstance rollOut = Awaitility.await().atMost(PATIENCE).until(() -> runtime.createProcessInstanceQuery()
            .processDefinitionKey("roll-out-sign-on").singleResult(), found -> found != null);
        awaitApproval(rollOut.getId());
        assertThat(objects().get("applications")).isEqualTo(before.get("applications") + 3);
        browser.awaitText("Autumn", "It waits for approval; nothing has taken effect.");
        browser.clickText("Open the roll-out");
        browser.awaitText("Waiting for approval: nothing has taken effect");
        assertThat(browser.text()).as("by the requester").doesNotContain("Decide in Tasklist");
        browser.clickText("Open in Cockpit");
        browser.clickText("Timeline");
        browser.clickText("Open the roll-out");
        browser.awaitText("Waiting for approval: nothing has taken effect");
        browser.forget();

        login("tasklist", "approver");
        browser.go(at("/roll-outs/" + rollOut.getId()));
        browser.clickText("Decide in Tasklist");
        browser.awaitText("Approve roll-out");
        browser.click(By.xpath("//button[contains(., 'Claim')]"));
        browser.awaitText("Rows that are ready", "3 applications, 24 calls", "Autumn", "This deserves a second look", "Line 3: Tokens are sent",
            "a new one in each environment, shared by its applications", "Autumn_MFA", "http://evil.example/steal (1 row)");
        assertThat(browser.text()).as("nothing has changed").doesNotContain("You are asked again");
        browser.screenshot("32-approver-roll-out-top");
        assertThat(browser.find(By.linkText("Every row, with all that takes effect")).getDomProperty("href"))
            .isEqualTo(at("/roll-outs/" + rollOut.getId()));
        browser.until("have claimed", () -> browser.find(By.tagName("textarea")).isEnabled());
        assertHarmless();
        browser.fill(browser.find(field("leaveOut")), "3");
        decide(APPROVE, "But not the bank.");
        browser.screenshot("32-approver-roll-out");
        complete();
        awaitOutcome(rollOut.getId(), "COMPLETED");
        assertThat(objects().get("applications")).isEqualTo(before.get("applications") + 2);
        assertThat(objects().get("signOnPolicyAssignments")).isEqualTo(before.get("signOnPolicyAssignments") + 2);
        assertThat(browser.console()).allMatch(message -> message.contains("/camunda-welcome - Failed to load resource")
            || message.contains("/auth/user/default - Failed") || message.contains("/api/roll-outs - Failed") && message.contains("400"));
    }

    private static void chooseList(Path directory, String csv) throws IOException {
        browser.find(By.id("list")).sendKeys(Files.writeString(Files.createTempFile(directory, "list", ".csv"), csv).toString());
    }

    @Test
    void theHomePageLinksToEverything() throws Exception {
        browser.go(at("/"));
        browser.fill(browser.find(By.name("username")), "requester");
        browser.fill(browser.find(By.name("password")), "requester-sandbox");
        browser.click(By.cssSelector("button.primary"));
        browser.awaitText("Start a change", "Tasklist", "Cockpit", "API", "sandbox: responds");
        browser.screenshot("14-home");
        browser.clickText("API");
        browser.awaitText("Roll-outs and PingOne environments", "Environments");
        browser.screenshot("15-api");
        new Select(browser.find(By.id("select"))).selectByVisibleText("Camunda");
        browser.awaitText("Camunda Platform REST API", "/engine-rest", "Process Definition");
        browser.screenshot("15-api-of-camunda");
        assertNothingDenied();

        browser.forget();
        login("cockpit", "admin");
        browser.go(cockpit("repository"));
        browser.awaitText("Signonflow 1.");
        browser.screenshot("16-admin-deployment");
    }

    @Test
    void hostileTextIsRenderedAsTextEverywhere(CapturedOutput log) throws Exception {
        openStartForm();
        browser.fill(browser.find(field("applicationName")), HOSTILE);
        browser.fill(browser.find(field("applicationDescription")), HOSTILE);
        browser.fill(browser.find(field("policyName")), "Hostile_MFA");
        browser.fill(browser.find(field("policyDescription")), HOSTILE);
        browser.awaitEnabled(START);
        browser.screenshot("17-hostile-start-form");
        startByKeyboard();
        browser.awaitText("The process has been started.");
        String flow = runtime.createProcessInstanceQuery().singleResult().getId();
        awaitApproval(flow);
        assertHarmless();

        rename((String) runtime.getVariable(flow, "applicationId"), HOSTILE + " renamed");
        browser.forget();
        login("tasklist", "approver");
        claim();
        browser.awaitText("What will take effect", HOSTILE);
        assertHarmless();
        browser.screenshot("18-hostile-approval");
        decide(APPROVE, HOSTILE + "\n" + FORGED);
        complete();
        Awaitility.await().atMost(PATIENCE).until(() -> runtime.getVariables(flow).get("changes") != null);
        awaitApproval(flow);
        browser.go(tasklist());
        claim();
        browser.awaitText("The application was changed in PingOne and now has: name '" + HOSTILE + " renamed'");
        assertHarmless();
        browser.screenshot("19-hostile-object-in-pingone");

        fault("POST", "/applications/*/signOnPolicyAssignments", 400, HOSTILE + "\r\n" + FORGED);
        fault("DELETE", "/**", 401, HOSTILE + "\r\n" + FORGED);
        decide(APPROVE, HOSTILE + "\n" + FORGED);
        complete();
        awaitIncident(flow);
        browser.forget();
        login("cockpit", "operator");
        browser.go(cockpit("process-instance/" + flow));
        browser.clickText("Incidents");
        browser.awaitText("did not accept the worker's credentials", HOSTILE.substring(0, 60));
        assertHarmless();
        browser.screenshot("20-hostile-incident");
        browser.clickText("Variables");
        browser.awaitText("rejection", "applicationDescription", "{{7*1111111}}${7*1111111}");
        assertHarmless();
        String search = "/changes?q=" + URLEncoder.encode(HOSTILE, StandardCharsets.UTF_8);
        for (String page : List.of("/", search, "/changes/" + flow)) {
            browser.go(at(page));
            browser.awaitText(HOSTILE);
            assertHarmless();
            assertThat(browser.isThere(By.cssSelector("main img, main script, a[href^=javascript]"))).as("an element").isFalse();
        }
        browser.awaitText("did not accept the worker's credentials", "Approved by approver");
        browser.screenshot("20-hostile-change");
        // That page would look for news without a login.
        browser.go(at("/login"));
        browser.screenshot("21-hostile-variables");
        assertThat(log.getAll().lines()).noneMatch(line -> line.startsWith(FORGED));
        assertThat(log.getAll()).doesNotContain(EVALUATED);
    }

    private void assertHarmless() {
        assertThat(browser.script("return window.__pwned === undefined")).isEqualTo(true);
        assertThat(browser.isThere(By.cssSelector("img[src=x]"))).as("markup became an element").isFalse();
        assertThat(browser.text()).doesNotContain(EVALUATED);
    }

    /** Nothing that the pages need was denied: only requests made before the login, and bad input, have failed. */
    private void assertNothingDenied() {
        assertThat(browser.console()).allMatch(message -> message.contains("/camunda-welcome - Failed to load resource")
            || message.contains("/auth/user/default - Failed") || message.contains("/submit-form - Failed") && message.contains("400"));
    }

    private String tasklist() {
        return at("/camunda/app/tasklist/default/");
    }

    private String cockpit(String page) {
        return at("/camunda/app/cockpit/default/#/" + page);
    }

    private void login(String application, String user) {
        browser.authenticate(at("/login"), user);
        browser.go(at("/camunda/app/" + application + "/default/"));
        browser.awaitUser(user);
    }

    private void openStartForm() {
        login("tasklist", "requester");
        browser.clickText("Start process");
        browser.tabTo(By.xpath("//*[contains(@class,'modal')]//a[normalize-space()='Configure MFA sign-on']")).sendKeys(Keys.ENTER);
        browser.awaitText("PingOne environment", "sandbox");
    }

    private static By field(String name) {
        return By.cssSelector("[id$=-Field_%s]".formatted(name));
    }

    private void fillByKeyboard(String field, String text) {
        browser.fill(browser.tabTo(field(field)), text);
    }

    private void startByKeyboard() {
        browser.awaitEnabled(START);
        browser.tabTo(START).sendKeys(Keys.ENTER);
    }

    private void claim() {
        browser.clickText("Approve assignment");
        browser.click(By.xpath("//button[contains(., 'Claim')]"));
        browser.awaitText("What will take effect");
        browser.until("have claimed", () -> browser.find(By.tagName("textarea")).isEnabled());
    }

    private void decide(By decision, String comment) {
        browser.click(decision);
        browser.fill(browser.find(By.tagName("textarea")), comment);
        browser.awaitEnabled(COMPLETE);
    }

    private void complete() {
        browser.tabTo(COMPLETE).sendKeys(Keys.ENTER);
    }

    private String startFlow(String application, String policy) {
        return start("configure-mfa-sign-on", Map.of("applicationName", application, "policyName", policy));
    }

    private String start(String process, Map<String, Object> variables) {
        identities.setAuthentication("requester", List.of("sign-on-requesters"));
        try {
            return runtime.startProcessInstanceByKey(process, "shop", variables).getId();
        } finally {
            identities.clearAuthentication();
        }
    }

    private void awaitApproval(String flow) {
        Awaitility.await().atMost(PATIENCE).until(() -> tasks.createTaskQuery().processInstanceId(flow).taskUnassigned().count() == 1);
    }

    private String awaitIncident(String flow) {
        return Awaitility.await().atMost(PATIENCE).until(() -> runtime.createIncidentQuery().processInstanceId(flow).list().stream()
            .map(incident -> incident.getIncidentMessage()).findFirst().orElse(null), said -> said != null);
    }

    private void awaitOutcome(String flow, String outcome) {
        Awaitility.await().atMost(PATIENCE).until(() -> runtime.createProcessInstanceQuery().processInstanceId(flow).count() == 0);
        assertThat(history.createHistoricVariableInstanceQuery().processInstanceId(flow).variableName("outcome").singleResult().getValue())
            .isEqualTo(outcome);
    }

    /** Strikes twice: a 401 is retried with a fresh token. */
    private void fault(String method, String path, int status, String code) throws Exception {
        call("POST", "/sandbox/faults", json.createObjectNode().put("method", method).put("path", path).put("effect", "status")
            .put("status", status).put("code", code).put("times", status == 401 ? 2 : 1).toString());
    }

    private void rename(String application, String name) throws Exception {
        ObjectNode object = (ObjectNode) pingOne("GET", "/applications/" + application, null);
        pingOne("PUT", "/applications/" + application, object.put("name", name).toString());
    }

    /** As an administrator would in PingOne's console. */
    private JsonNode pingOne(String method, String path, String body) throws Exception {
        String token = json.readTree(send(HttpRequest.newBuilder(sandbox.resolve("/" + ENVIRONMENT + "/as/token"))
            .header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(
                "grant_type=client_credentials&client_id=7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01&client_secret=sandbox-worker-secret"))))
            .get("access_token").asString();
        return json.readTree(send(HttpRequest.newBuilder(sandbox.resolve("/v1/environments/" + ENVIRONMENT + path))
            .header("Authorization", "Bearer " + token).header("Content-Type", "application/json").method(method, body == null
                ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))));
    }

    private Map<String, Integer> objects() throws Exception {
        Map<String, Integer> objects = new TreeMap<>();
        call("GET", "/sandbox/state", "").properties().forEach(kind -> objects.put(kind.getKey(), kind.getValue().size()));
        return objects;
    }

    private JsonNode call(String method, String path, String body) throws Exception {
        return json.readTree(send(HttpRequest.newBuilder(sandbox.resolve(path)).header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))));
    }

    private String send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> reply = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(reply.statusCode()).as(reply.body()).isLessThan(300);
        return reply.body().isEmpty() ? "null" : reply.body();
    }
}
