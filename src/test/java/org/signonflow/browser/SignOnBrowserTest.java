package org.signonflow.browser;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.signonflow.change.ChangeState;
import org.signonflow.harness.IdentityProvider;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** One login, at an identity provider on another site, for our pages and the web applications. */
class SignOnBrowserTest extends ChangesBrowserTest {

    private static final IdentityProvider PROVIDER = new IdentityProvider();
    private static final By LOG_IN = By.id("provider");

    @DynamicPropertySource
    static void provider(DynamicPropertyRegistry properties) {
        properties.add("spring.security.oauth2.client.registration.test.client-id", () -> IdentityProvider.CLIENT);
        properties.add("spring.security.oauth2.client.registration.test.client-secret", () -> IdentityProvider.SECRET);
        properties.add("spring.security.oauth2.client.registration.test.client-name", () -> "Example ID");
        properties.add("spring.security.oauth2.client.registration.test.scope", () -> "openid,profile");
        properties.add("spring.security.oauth2.client.provider.test.issuer-uri", PROVIDER::issuer);
    }

    @AfterAll
    static void stop() {
        PROVIDER.close();
    }

    @BeforeEach
    void people() {
        // The provider would know who was there last.
        browser.go(PROVIDER.issuer() + "/login");
        browser.forget();
        PROVIDER.reset();
        PROVIDER.leadsBackTo(at(""));
        PROVIDER.add("ann", "Ann", "Lee", "sign-on-requesters");
        PROVIDER.add("bob", "Bob", "Roe", "sign-on-approvers");
    }

    private void logIn(String name) {
        browser.click(LOG_IN);
        browser.fill(browser.find(By.name("username")), name);
        browser.fill(browser.find(By.name("password")), name);
        browser.press(Keys.ENTER);
    }

    @Test
    void oneAsksAndAnotherApprovesInTasklist() {
        browser.go(at("/changes/new"));
        browser.awaitText("Log in with Example ID");
        assertThat(browser.isThere(By.name("password"))).as("a password of ours").isFalse();
        browser.screenshot("60-log-in-elsewhere");
        assertThat(browser.inaccessible()).isEmpty();
        logIn("ann");
        browser.awaitText("Ann Lee", "New change");
        String id = as("5f0c1d2e-ann", "sign-on-requesters", () -> runtime.startProcessInstanceByKey("configure-mfa-sign-on",
            Map.of("applicationName", "Shop", "policyName", "Shop_MFA")).getId());
        await(id, ChangeState.WAITING_FOR_APPROVAL);
        browser.go(at("/camunda/app/tasklist/default/"));
        browser.awaitText("Ann Lee");

        browser.go(at("/"));
        browser.clickText("Log out");
        browser.awaitText("Log in with Example ID");
        String task = tasks.createTaskQuery().processInstanceId(id).singleResult().getId();
        browser.go(at("/camunda/app/tasklist/default/#/?task=" + task));
        browser.awaitText("Log in with Example ID");
        logIn("bob");
        browser.awaitText("Bob Roe", "Shop_MFA");
        assertThat(browser.script("return location.hash").toString()).contains(task);
        browser.click(By.xpath("//button[contains(., 'Claim')]"));
        browser.click(By.xpath("//label[normalize-space()='Approve']"));
        By complete = By.xpath("//button[normalize-space()='Complete']");
        browser.awaitEnabled(complete);
        browser.click(complete);
        await(id, ChangeState.COMPLETED);
        browser.go(at("/changes/" + id));
        browser.awaitText("Completed: in effect", "Ann Lee", "Bob Roe");
        browser.screenshot("61-people-by-name");
        assertThat(changes.find(id).orElseThrow().decidedBy()).isEqualTo("5f0c1d2e-bob");
    }

    /** It leads to the provider's, also when the login ends while it is open. */
    @Test
    void theWebApplicationsLeadToTheLogin() {
        for (String application : List.of("welcome", "tasklist", "cockpit", "admin")) {
            browser.forget();
            browser.go(at("/camunda/app/" + application + "/default/"));
            browser.awaitText("Log in with Example ID");
        }
        browser.forget();
        browser.go(at("/login?to=camunda%2Fapp%2Ftasklist%2Fdefault%2F"));
        logIn("bob");
        browser.awaitText("Bob Roe");
        browser.forget();
        browser.clickText("Start process");
        browser.awaitText("Log in with Example ID");
    }
}
