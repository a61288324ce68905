package org.signonflow.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What PingOne refuses, what it stores and which objects are deleted together. */
class RulesTest extends SandboxTest {

    private static final String NATIVE = "{'name':'n','type':'NATIVE_APP','protocol':'OPENID_CONNECT'%s}";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '#', value = {
        "{'type':'WEB_APP','protocol':'OPENID_CONNECT'} | REQUIRED_VALUE | name",
        "{'name':'','type':'WEB_APP','protocol':'OPENID_CONNECT'} | EMPTY_VALUE | name",
        "{'name':null,'type':'WEB_APP','protocol':'OPENID_CONNECT'} | REQUIRED_VALUE | name",
        "{'name':'   ','type':'WEB_APP','protocol':'OPENID_CONNECT'} | EMPTY_VALUE | name",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','redirectUris':['nonsense']} | INVALID_VALUE | redirectUris",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','redirectUris':['/callback']} | INVALID_VALUE | redirectUris",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','redirectUris':['https://a b']} | INVALID_VALUE | redirectUris",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','redirectUris':['']} | INVALID_VALUE | redirectUris",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','redirectUris':['   ']} | INVALID_VALUE | redirectUris",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','postLogoutRedirectUris':['x']} | INVALID_VALUE | postLogoutRedirectUris",
        "{'name':'a','protocol':'OPENID_CONNECT'} | REQUIRED_VALUE | type",
        "{'name':'a','type':'WEB_APP'} | REQUIRED_VALUE | protocol",
        "{'name':'a','type':'TABLET','protocol':'OPENID_CONNECT'} | INVALID_VALUE | type",
        "{'name':'a','type':'PING_ONE_PORTAL','protocol':'OPENID_CONNECT'} | INVALID_VALUE | type",
        "{'name':'a','type':'WEB_APP','protocol':'FTP'} | INVALID_VALUE | protocol",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','grantTypes':['SHOUTING']} | INVALID_VALUE | grantTypes",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','responseTypes':['NOTHING']} | INVALID_VALUE | responseTypes",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','tokenEndpointAuthMethod':'SMILE'}"
                + "| INVALID_VALUE | tokenEndpointAuthMethod",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','tokenEndpointAuthMethod':'PRIVATE_KEY_JWT'} | REQUIRED_VALUE | jwksUrl",
        "{'name':'a','type':'WORKER','protocol':'OPENID_CONNECT','tokenEndpointAuthMethod':'NONE'}"
                + "| INVALID_VALUE | tokenEndpointAuthMethod",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','pkceEnforcement':'MAYBE'} | INVALID_VALUE | pkceEnforcement",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','redirectUris':['https://*.example.com']} | INVALID_VALUE | redirectUris",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','deviceTimeout':0} | INVALID_VALUE | deviceTimeout",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','deviceTimeout':3601} | INVALID_VALUE | deviceTimeout",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','devicePollingInterval':61} | INVALID_VALUE | devicePollingInterval",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','parTimeout':601} | INVALID_VALUE | parTimeout",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','refreshTokenDuration':59} | INVALID_VALUE | refreshTokenDuration",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','refreshTokenDuration':90,'refreshTokenRollingDuration':80}"
                + "| INVALID_VALUE | refreshTokenDuration",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','devicePathId':'a b'} | INVALID_VALUE | devicePathId",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','icon':{'id':'i'}} | REQUIRED_VALUE | icon.href",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','mobile':{}} | INVALID_VALUE | mobile",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','corsSettings':{'behavior':'ALLOW_NO_ORIGINS','origins':['x']}}"
                + "| INVALID_VALUE | corsSettings.origins",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','requireSignedRequestObject':true,'supportUnsignedRequestObject':true}"
                + "| INVALID_VALUE | supportUnsignedRequestObject",
        "{'name':'a','type':'NATIVE_APP','protocol':'OPENID_CONNECT','mobile':{'passcodeGracePeriod':11}}"
                + "| INVALID_VALUE | mobile.passcodeGracePeriod",
        "{'name':'a','type':'NATIVE_APP','protocol':'OPENID_CONNECT','mobile':{'passcodeRefreshDuration':{'duration':30}}}"
                + "| REQUIRED_VALUE | mobile.passcodeRefreshDuration.timeUnit",
        "{'name':'a','type':'NATIVE_APP','protocol':'OPENID_CONNECT','mobile':{'integrityDetection':{'mode':'ENABLED',"
                + "'excludedPlatforms':['GOOGLE']}}}"
                + "| REQUIRED_VALUE | mobile.integrityDetection.cacheDuration",
        "{'name':'a','type':'NATIVE_APP','protocol':'OPENID_CONNECT','mobile':{'integrityDetection':{'mode':'ENABLED',"
                + "'cacheDuration':{'amount':1,'units':'HOURS'}}}} | REQUIRED_VALUE | mobile.integrityDetection.googlePlay",
    })
    void invalidApplicationsAreRefused(String body, String detailCode, String target) {
        caller.post("/applications", json(body)).invalid(detailCode, target);
        assertThat(caller.state("applications")).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '#', value = {
        "{'name':7,'type':'WEB_APP','protocol':'OPENID_CONNECT'} | name",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','enabled':'maybe'} | enabled",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','redirectUris':'https://example.com'} | redirectUris",
        "{'name':'a','type':'WEB_APP','protocol':'OPENID_CONNECT','deviceTimeout':'600'} | deviceTimeout",
        "{'name':'a','type':'NATIVE_APP','protocol':'OPENID_CONNECT','mobile':'yes'} | mobile",
    })
    void unreadableApplicationsAreRefused(String body, String target) {
        caller.post("/applications", json(body)).malformed(target);
    }

    @Test
    void allErrorsAreReportedAtOnce() {
        Caller.Answer answer = caller.post("/applications", "{}").expect(400);
        assertThat(answer.at("/details")).extracting(detail -> detail.get("target").stringValue())
                .containsExactly("name", "type", "protocol");
    }

    @Test
    void optionalMembersOfAnApplicationAreStoredAsSentAndNotInvented() throws Exception {
        String more = "'description':'','homePageUrl':'https://example.com','tags':['x'],'postLogoutRedirectUris':[],"
                + "'refreshTokenType':'OPAQUE_TOKEN',"
                + "'somethingNew':{'a':[1]}";
        JsonNode kept = caller.post("/applications", Caller.application("kept", more)).expect(201).body();
        JsonNode sent = Caller.JSON.readTree(json("{" + more + "}"));
        sent.properties().forEach(member -> assertThat(kept.get(member.getKey())).isEqualTo(member.getValue()));

        JsonNode bare = caller.post("/applications", Caller.application("bare", "")).expect(201).body();
        assertThat(bare.properties()).extracting(member -> member.getKey()).doesNotContain("description",
                "homePageUrl", "loginPageUrl", "icon", "tags", "accessControl", "corsSettings", "jwks",
                "postLogoutRedirectUris", "redirectUris", "responseTypes", "refreshTokenType",
                "refreshTokenRollingGracePeriodDuration", "mobile", "clientSecret", "bundleId");
        assertThat(bare.get("tokenEndpointAuthMethod").stringValue()).isEqualTo("CLIENT_SECRET_BASIC");
        assertThat(bare.get("grantTypes").toString()).isEqualTo("[\"AUTHORIZATION_CODE\"]");
    }

    @Test
    void anyAllowedNameIsReturnedUnchanged() {
        String name = "a\r\nX-Header: b ${7*7} <script>alert('1')</script> \u00e4\u20ac\ud83d\ude00";
        String body = Caller.JSON.createObjectNode().put("name", name).put("type", "WEB_APP").put("protocol", "OPENID_CONNECT").toString();
        String id = caller.post("/applications", body).expect(201).id();
        assertThat(caller.get("/applications/" + id).at("/name").stringValue()).isEqualTo(name);
    }

    @Test
    void applicationNamesNeedNotBeUniqueButBundleIdsMust() {
        String first = caller.post("/applications", Caller.NATIVE_APPLICATION).expect(201).id();
        caller.post("/applications", Caller.NATIVE_APPLICATION).invalid("UNIQUENESS_VIOLATION", "mobile.bundleId");
        caller.post("/applications", json(NATIVE.formatted(",'mobile':{'packageName':'org.example.hyphenated_name1'}")))
                .invalid("UNIQUENESS_VIOLATION", "mobile.packageName");
        caller.post("/applications", json(NATIVE.formatted(""))).expect(201);
        caller.post("/applications", json(NATIVE.formatted(""))).expect(201);
        caller.delete("/applications/" + first).expect(204);
        caller.post("/applications", Caller.NATIVE_APPLICATION).expect(201);
    }

    @Test
    void replacingAnApplication() {
        Caller.Answer made = caller.post("/applications", json(NATIVE.formatted(",'description':'old','mobile':{'bundleId':'a.b'}")))
                .expect(201);
        String path = "/applications/" + made.id();
        String readOnly = ",'id':'x','createdAt':'2001','clientId':'somebodyElse','assignActorRoles':true";
        Caller.Answer changed = caller.put(path, json(NATIVE.formatted(readOnly))).expect(200);
        assertThat(changed.body().has("description")).as("PUT replaces everything").isFalse();
        assertThat(changed.at("/mobile").has("bundleId")).isFalse();
        assertThat(changed.id()).isEqualTo(made.id());
        assertThat(changed.at("/clientId")).isEqualTo(made.at("/clientId"));
        assertThat(changed.at("/assignActorRoles").booleanValue()).isFalse();
        assertThat(changed.at("/createdAt")).isEqualTo(made.at("/createdAt"));
        assertThat(caller.get(path).body()).isEqualTo(changed.body());

        caller.put(path, json("{'name':'n','type':'WEB_APP','protocol':'OPENID_CONNECT'}")).invalid("INVALID_VALUE", "type");
        assertThat(caller.get(path).body()).isEqualTo(changed.body());
    }

    @Test
    void whatAnApplicationKeeps() {
        String path = "/applications/" + caller.post("/applications", json(NATIVE.formatted(",'mobile':{'bundleId':'a.b'},"
                + "'packageName':'e.f','refreshTokenDuration':60,'refreshTokenRollingDuration':70"))).expect(201).id();
        String durations = ",'refreshTokenDuration':61,'refreshTokenRollingDuration':71";
        caller.put(path, json(NATIVE.formatted(",'mobile':{'bundleId':'c.d'}" + durations))).invalid("INVALID_VALUE", "mobile.bundleId");
        Caller.Answer nullified = caller.put(path, json(NATIVE.formatted(",'refreshTokenRollingDuration':71")));
        nullified.invalid("INVALID_VALUE", "refreshTokenDuration");
        assertThat(nullified.at("/details/0/message").stringValue()).isEqualTo("Once specified, refreshTokenDuration cannot be nullified");
        caller.put(path, json(NATIVE.formatted(",'refreshTokenDuration':61"))).invalid("INVALID_VALUE", "refreshTokenRollingDuration");

        Caller.Answer cleared = caller.put(path, json(NATIVE.formatted(durations))).expect(200);
        assertThat(cleared.at("/mobile").has("bundleId") || cleared.at("/mobile").has("packageName")).isFalse();
        assertThat(cleared.at("/mobile/passcodeGracePeriod").intValue()).isEqualTo(5);
        assertThat(caller.put(path, json(NATIVE.formatted(",'mobile':{'bundleId':'c.d'}" + durations))).expect(200).at("/mobile/bundleId")
                .stringValue()).isEqualTo("c.d");
    }

    @Test
    void aWorkerIsForAdministrators() {
        String worker = json("{'name':'w','type':'WORKER','protocol':'OPENID_CONNECT'}");
        Caller.Answer made = caller.post("/applications", worker).expect(201);
        assertThat(made.at("/accessControl/role/type").stringValue()).isEqualTo("ADMIN_USERS_ONLY");
        assertThat(caller.put("/applications/" + made.id(), worker).expect(200).at("/accessControl").toString())
                .isEqualTo("{\"role\":{\"type\":\"ADMIN_USERS_ONLY\"}}");
        assertThat(caller.post("/applications", Caller.application("web", "")).expect(201).body().has("accessControl")).isFalse();
    }

    @Test
    void whatIsNotThereIsSaidInTheWordsOfItsService() {
        String missing = "/applications/" + Caller.UNKNOWN;
        for (String path : new String[] {missing, missing + "/grants"}) {
            assertThat(caller.get(path).expect(404).at("/message").stringValue())
                    .isEqualTo("Unable to find Application with ID: '" + Caller.UNKNOWN + "'");
        }
        String openid = "/resources/" + caller.idByName("/resources", "openid");
        for (String path : new String[] {"/resources/" + Caller.UNKNOWN, openid + "/scopes/" + Caller.UNKNOWN, missing + "/secret",
            openid + "/secret"}) {
            Caller.Answer answer = caller.get(path);
            answer.refused(404, "NOT_FOUND", null, null);
            assertThat(answer.at("/message").stringValue())
                    .isEqualTo("The request could not be completed. The requested resource was not found.");
        }
        assertThat(caller.get("/signOnPolicies/" + Caller.UNKNOWN).expect(404).at("/message").stringValue())
                .isEqualTo("The requested resource object cannot be found.");
        assertThat(caller.get(openid).at("/description").stringValue()).isNotBlank();
    }

    @Test
    void secretOfAnApplication() {
        String imported = "'clientId':'importedClient','clientSecret':'importedSecret'";
        Caller.Answer made = caller.post("/applications", Caller.application("web", imported)).expect(201);
        assertThat(made.raw().body()).doesNotContain("importedSecret");
        assertThat(caller.get("/applications/" + made.id() + "/secret").expect(200).at("/secret").stringValue())
                .isEqualTo("importedSecret");
        String other = caller.post("/applications", Caller.application("other", "")).expect(201).id();
        String secret = caller.get("/applications/" + other + "/secret").expect(200).at("/secret").stringValue();
        assertThat(secret).hasSizeGreaterThan(30);
        assertThat(caller.get("/applications/" + other + "/secret").at("/secret").stringValue()).isEqualTo(secret);
        caller.get("/applications/" + Caller.UNKNOWN + "/secret").refused(404, "NOT_FOUND", null, null);

        String path = "/applications/" + other + "/secret";
        String soon = Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS).toString();
        Caller.Answer rotated = caller.post(path, json("{'previous':{'expiresAt':'" + soon + "'}}")).expect(200);
        assertThat(rotated.at("/secret").stringValue()).hasSizeGreaterThan(30).isNotEqualTo(secret);
        assertThat(rotated.at("/previous").toString()).isEqualTo(json("{'secret':'" + secret + "','expiresAt':'" + soon + "'}"));
        assertThat(caller.get(path).body()).isEqualTo(rotated.body());
        caller.delete(path).expect(204);
        Caller.Answer alone = caller.get(path).expect(200);
        assertThat(alone.body().has("previous")).isFalse();
        assertThat(alone.at("/secret")).isEqualTo(rotated.at("/secret"));
        for (String end : new String[] {"", "tomorrow", Instant.now().toString(), Instant.now().plus(Duration.ofDays(31)).toString()}) {
            caller.post(path, json("{'previous':{'expiresAt':'" + end + "'}}")).invalid("INVALID_VALUE", "previous.expiresAt");
        }
        assertThat(caller.get(path).body()).isEqualTo(alone.body());
        assertThat(caller.post(path, "").expect(200).at("/secret")).isNotEqualTo(alone.at("/secret"));
        String resource = caller.post("/resources", "{\"name\":\"mine\"}").expect(201).id();
        assertThat(caller.post("/resources/" + resource + "/secret", "{}").expect(200).at("/secret").stringValue()).hasSizeGreaterThan(30);

        assertThat(caller.control("GET", "state", null).raw().body() + caller.control("GET", "ledger", null).raw().body())
                .doesNotContain("importedSecret", secret, caller.token, "sandbox-worker-secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MFA UseCase", "a/b", "Umlaut\u00e4", "a:b", "x$", "\u0000"})
    void invalidPolicyNamesAreRefused(String name) throws Exception {
        caller.post("/signOnPolicies", Caller.JSON.createObjectNode().put("name", name).toString()).invalid("INVALID_VALUE", "name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MFA_UseCase", "a.b-c_9", "https://example.com/acr/mfa"})
    void validPolicyNamesAreAccepted(String name) {
        caller.post("/signOnPolicies", Caller.policy(name)).expect(201);
        caller.post("/signOnPolicies", Caller.policy(name)).invalid("UNIQUENESS_VIOLATION", "name");
    }

    @Test
    void membersOfAPolicy() {
        caller.post("/signOnPolicies", "{}").invalid("REQUIRED_VALUE", "name");
        caller.post("/signOnPolicies", "{\"name\":\"\"}").invalid("EMPTY_VALUE", "name");
        caller.post("/signOnPolicies", "{\"name\":\"   \"}").invalid("EMPTY_VALUE", "name");
        caller.post("/resources", "{\"name\":\"   \"}").invalid("EMPTY_VALUE", "name");
        caller.post("/signOnPolicies", "{\"name\":\"p\",\"default\":\"perhaps\"}").malformed("default");
        caller.post("/signOnPolicies", "{\"name\":\"p\",\"default\":true}").invalid("INVALID_VALUE", "default");
        Caller.Answer made = caller.post("/signOnPolicies", "{\"name\":\"p\",\"unheardOf\":1}").expect(201);
        assertThat(made.body().has("unheardOf")).isFalse();
        assertThat(made.body().has("description")).isFalse();
        assertThat(made.at("/default").booleanValue()).isFalse();
    }

    @Test
    void thereIsAlwaysOneDefaultPolicy() {
        String single = "/signOnPolicies/" + caller.idByName("/signOnPolicies", "Single_Factor");
        String mine = "/signOnPolicies/" + caller.post("/signOnPolicies", Caller.policy("Mine")).expect(201).id();
        caller.delete(single).invalid("CONSTRAINT_VIOLATION", "default");
        caller.put(single, "{\"name\":\"Single_Factor\",\"default\":false}").invalid("INVALID_VALUE", "default");
        caller.put(mine, "{\"name\":\"Mine\",\"default\":false}").expect(200);
        assertThat(caller.put(mine, "{\"name\":\"Mine2\",\"default\":true}").expect(200).at("/default").booleanValue()).isTrue();
        assertThat(caller.get("/signOnPolicies").items()).filteredOn(policy -> policy.get("default").booleanValue())
                .singleElement().extracting(policy -> policy.get("name").stringValue()).isEqualTo("Mine2");
        assertThat(caller.put(mine, "{\"name\":\"Mine2\"}").expect(200).at("/default").booleanValue()).isTrue();
        assertThat(caller.delete(mine).expect(400).raw().body()).contains("delete a default policy");
        caller.delete(single).expect(204);
        caller.get(single).refused(404, "NOT_FOUND", null, null);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '#', value = {
        "{'type':'LOGIN'} | INVALID_DATA | REQUIRED_VALUE | priority",
        "{'priority':0,'type':'LOGIN'} | INVALID_DATA | INVALID_VALUE | priority",
        "{'priority':1.5,'type':'LOGIN'} | INVALID_REQUEST | INVALID_VALUE | priority",
        "{'priority':'1','type':'LOGIN'} | INVALID_REQUEST | INVALID_VALUE | priority",
        "{'priority':1} | INVALID_DATA | REQUIRED_VALUE | type",
        "{'priority':1,'type':'DANCE'} | INVALID_DATA | INVALID_VALUE | type",
        "{'priority':1,'type':'LOGIN','condition':'none'} | INVALID_REQUEST | INVALID_VALUE | condition",
        "{'priority':1,'type':'LOGIN','registration':{}} | INVALID_DATA | REQUIRED_VALUE | registration.enabled",
        "{'priority':1,'type':'MULTI_FACTOR_AUTHENTICATION','noDevicesMode':'SHRUG'} | INVALID_DATA | INVALID_VALUE | noDevicesMode",
        "{'priority':1,'type':'MULTI_FACTOR_AUTHENTICATION','sms':{'enabled':'on'}} | INVALID_REQUEST | INVALID_VALUE | sms.enabled",
        "{'priority':1,'type':'MULTI_FACTOR_AUTHENTICATION','applications':[{}]} | INVALID_DATA | REQUIRED_VALUE | applications.id",
        "{'priority':1,'type':'MULTI_FACTOR_AUTHENTICATION','applications':[{'id':'00000000-0000-4000-8000-000000000000'}]}"
                + "| INVALID_DATA | INVALID_VALUE | applications.id",
        "{'priority':1,'type':'MULTI_FACTOR_AUTHENTICATION','deviceAuthenticationPolicy':{}}"
                + "| INVALID_DATA | REQUIRED_VALUE | deviceAuthenticationPolicy.id",
        "{'priority':1,'type':'MULTI_FACTOR_AUTHENTICATION','deviceAuthenticationPolicy':{'id':'00000000-0000-4000-8000-000000000000'}}"
                + "| INVALID_DATA | INVALID_VALUE | deviceAuthenticationPolicy.id",
        "{'priority':2,'type':'LOGIN','condition':{}} | INVALID_DATA | EMPTY_VALUE | condition",
        "{'priority':1,'type':'LOGIN','condition':{'value':'${user.population.id}','equals':'x'}}"
                + "| INVALID_DATA | INVALID_VALUE | condition",
        "{'priority':1,'type':'LOGIN','condition':{'or':[{'not':{'value':'${user.name.given}','equals':'x'}}]}}"
                + "| INVALID_DATA | INVALID_VALUE | condition",
        "{'priority':2,'type':'AGREEMENT'} | INVALID_DATA | REQUIRED_VALUE | agreement.id",
        "{'priority':2,'type':'AGREEMENT','agreement':{'id':'00000000-0000-4000-8000-000000000000'}}"
                + "| INVALID_DATA | INVALID_VALUE | agreement.id",
        "{'priority':2,'type':'IDENTITY_PROVIDER'} | INVALID_DATA | REQUIRED_VALUE | identityProvider.id",
        "{'priority':2,'type':'IDENTITY_PROVIDER','identityProvider':{'id':'00000000-0000-4000-8000-000000000000'}}"
                + "| INVALID_DATA | INVALID_VALUE | identityProvider.id",
        "{'priority':2,'type':'PROGRESSIVE_PROFILING'} | INVALID_DATA | REQUIRED_VALUE | attributes",
        "{'priority':2,'type':'LOGIN','socialProviders':[{'id':'00000000-0000-4000-8000-000000000000'}]}"
                + "| INVALID_DATA | INVALID_VALUE | socialProviders.id",
        "{'priority':2,'type':'LOGIN','registration':{'enabled':true,'population':{'id':'00000000-0000-4000-8000-000000000000'}}}"
                + "| INVALID_DATA | INVALID_VALUE | registration.population.id",
    })
    void invalidActionsAreRefused(String body, String code, String detailCode, String target) {
        String policyId = caller.post("/signOnPolicies", Caller.policy("p")).expect(201).id();
        caller.post("/signOnPolicies/" + policyId + "/actions", json(body)).refused(400, code, detailCode, target);
        assertThat(caller.get("/signOnPolicies/" + policyId + "/actions").items()).isEmpty();
    }

    @Test
    void theValueOfExtraVerificationIsChecked() {
        String applicationId = caller.post("/applications", Caller.NATIVE_APPLICATION).expect(201).id();
        String policyId = caller.post("/signOnPolicies", Caller.policy("p")).expect(201).id();
        caller.post("/signOnPolicies/" + policyId + "/actions", Caller.mfaAction(applicationId).replace("permissive", "PERMISSIVE"))
                .invalid("INVALID_VALUE", "applications.deviceAuthorization.extraVerification");
    }

    @Test
    void actionsOfAPolicy() {
        String actions = "/signOnPolicies/" + caller.post("/signOnPolicies", Caller.policy("p")).expect(201).id() + "/actions";
        String first = caller.post(actions, "{\"priority\":1,\"type\":\"LOGIN\"}").expect(201).id();
        Caller.Answer last = caller.delete(actions + "/" + first);
        last.invalid("CONSTRAINT_VIOLATION", null);
        assertThat(last.at("/details/0/message").stringValue()).isEqualTo("Cannot delete last action from the policy");
        caller.post(actions, "{\"priority\":1,\"type\":\"LOGIN\"}").expect(201);
        caller.delete(actions + "/" + first).expect(204);
        caller.delete(actions + "/" + first).refused(404, "NOT_FOUND", null, null);
        for (int i = 1; i < 20; i++) {
            caller.post(actions, "{\"priority\":" + i + ",\"type\":\"LOGIN\"}").expect(201);
        }
        caller.post(actions, "{\"priority\":21,\"type\":\"LOGIN\"}").invalid("CONSTRAINT_VIOLATION", "actions");

        String one = actions + "/" + caller.get(actions).items().get(0).get("id").stringValue();
        String condition = json("{'and':[{'value':'${user.population.id}','equals':'x'},"
                + "{'greater':5,'secondsSince':'${session.lastSignOn}'}]}");
        Caller.Answer changed = caller.put(one, "{\"priority\":3,\"type\":\"LOGIN\",\"condition\":" + condition + "}").expect(200);
        assertThat(changed.at("/condition").toString()).isEqualTo(condition);
        assertThat(caller.put(one, "{\"priority\":3,\"type\":\"LOGIN\"}").expect(200).body().has("condition")).isFalse();
    }

    @Test
    void everyMemberOfAnActionComesBack() throws Exception {
        String actions = "/signOnPolicies/" + caller.post("/signOnPolicies", Caller.policy("p")).expect(201).id() + "/actions";
        String agreement = caller.post("/agreements", json("{'name':'Terms','enabled':true}")).expect(201).id();
        String population = caller.post("/populations", json("{'name':'Customers'}")).expect(201).id();
        String provider = caller.post("/identityProviders", json("{'name':'G','type':'GOOGLE','enabled':true,'clientId':'c',"
                + "'clientSecret':'s3cret'}")).expect(201).id();
        String condition = "'condition':{'or':[{'not':{'ipRange':['10.0.0.0/8'],'contains':'${flow.request.http.remoteIp}'}},"
                + "{'and':[{'greater':60,'secondsSince':'${session.lastSignOn.withAuthenticator.pwd.at}'},"
                + "{'value':'${user.population.id}','equals':'" + population + "'}]}]}";
        for (String body : new String[] {
            "{'priority':2,'type':'LOGIN','recovery':{'enabled':true},'registration':{'enabled':true,'population':{'id':'" + population
                    + "'},'confirmIdentityProviderAttributes':true},'socialProviders':[{'id':'" + provider + "'}],"
                    + "'enforceLockoutForIdentityProviders':true," + condition + "}",
            "{'priority':3,'type':'IDENTIFIER_FIRST','recovery':{'enabled':false},'discoveryRules':[{'condition':{'contains':'a.b',"
                    + "'value':'${identifier}'},'identityProvider':{'id':'" + provider + "'}}]," + condition + "}",
            "{'priority':4,'type':'IDENTITY_PROVIDER','identityProvider':{'id':'" + provider + "'},'acrValues':'mfa','passUserContext':true,"
                    + "'registration':{'enabled':false,'external':{'href':'https://a.b'}}," + condition + "}",
            "{'priority':5,'type':'AGREEMENT','agreement':{'id':'" + agreement + "'},'disableDeclineOption':true," + condition + "}",
            "{'priority':6,'type':'PROGRESSIVE_PROFILING','attributes':[{'name':'name.given','required':false}],'promptText':'Please',"
                    + "'preventMultiplePromptsPerFlow':true,'promptIntervalSeconds':7776000," + condition + "}"}) {
            JsonNode sent = Caller.JSON.readTree(json(body));
            JsonNode kept = caller.get(actions + "/" + caller.post(actions, json(body)).expect(201).id()).body();
            sent.properties().forEach(member -> assertThat(kept.get(member.getKey())).as(member.getKey()).isEqualTo(member.getValue()));
        }
        assertThat(caller.control("GET", "state", null).raw().body() + caller.control("GET", "ledger", null).raw().body())
                .doesNotContain("s3cret");
    }

    @Test
    void whatOthersReferTo() throws Exception {
        for (String body : new String[] {"/populations {'name':'P','description':'d'}",
            "/groups {'name':'G','userFilter':'x','customData':{'a':1}}",
            "/agreements {'name':'A','enabled':false,'reconsentPeriodDays':30}",
            "/identityProviders {'name':'I','type':'OPENID_CONNECT','enabled':true,'issuer':'https://a.b'}",
            "/deviceAuthenticationPolicies {'name':'D','sms':{'enabled':true},'authentication':{'deviceSelection':'PROMPT'}}"}) {
            String collection = body.substring(0, body.indexOf(' '));
            JsonNode sent = Caller.JSON.readTree(json(body.substring(body.indexOf(' '))));
            String path = collection + "/" + caller.post(collection, sent.toString()).expect(201).id();
            JsonNode kept = caller.get(path).expect(200).body();
            sent.properties().forEach(member -> assertThat(kept.get(member.getKey())).as(body).isEqualTo(member.getValue()));
            assertThat(caller.get(collection).items()).contains(kept);
            caller.post(collection, "{}").invalid("REQUIRED_VALUE", "name");
            caller.put(path, sent.toString()).expect(200);
            caller.delete(path).expect(204);
            caller.get(path).refused(404, "NOT_FOUND", null, null);
        }
        String agreement = "/agreements/" + caller.post("/agreements", json("{'name':'A','enabled':false}")).expect(201).id();
        String german = json("{'displayName':'Deutsch','locale':'de','enabled':true}");
        String language = caller.post(agreement + "/languages", german).expect(201).id();
        caller.post(agreement + "/languages", german).invalid("UNIQUENESS_VIOLATION", "locale");
        assertThat(caller.get(agreement + "/languages/" + language).at("/agreement/id").stringValue()).isEqualTo(agreement.substring(12));
        caller.delete(agreement).expect(204);
        assertThat(caller.state("languages")).isEmpty();
    }

    @Test
    void devicePolicies() {
        String first = "/deviceAuthenticationPolicies/" + caller.idByName("/deviceAuthenticationPolicies", "Default MFA Policy");
        caller.delete(first).invalid("CONSTRAINT_VIOLATION", "default");
        Caller.Answer mine = caller.post("/deviceAuthenticationPolicies", "{\"name\":\"Mine\"}").expect(201);
        String path = "/deviceAuthenticationPolicies/" + mine.id();
        String policy = "/signOnPolicies/" + caller.post("/signOnPolicies", Caller.policy("p")).expect(201).id();
        caller.post(policy + "/actions", json("{'priority':1,'type':'MULTI_FACTOR_AUTHENTICATION','deviceAuthenticationPolicy':{'id':'"
                + mine.id() + "'}}")).expect(201);
        caller.delete(path).refused(409, "CONFLICT", "INVALID_VALUE", "signOnPolicies");
        caller.delete(policy).expect(204);
        caller.delete(path).expect(204);
    }

    @Test
    void images() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), "png", png);
        Caller.Answer made = caller.send(caller.request("POST", "/images", null).header("Content-Type", "image/png")
                .POST(BodyPublishers.ofByteArray(png.toByteArray())).build()).expect(201);
        assertThat(made.at("/targets/original/width").intValue()).isEqualTo(3);
        assertThat(made.at("/targets/original/height").intValue()).isEqualTo(2);
        assertThat(made.at("/targets/original/type").stringValue()).isEqualTo("image/png");
        assertThat(made.at("/targets/original/href").stringValue()).startsWith("http");
        assertThat(caller.get("/images/" + made.id()).expect(200).body()).isEqualTo(made.body());
        caller.send(caller.request("POST", "/images", "no image").header("Content-Type", "image/png").build())
                .refused(400, "INVALID_REQUEST", null, null);
        caller.post("/images", "{}").refused(415, "UNSUPPORTED_MEDIA_TYPE", null, null);
        caller.delete("/images/" + made.id()).expect(204);
        caller.get("/images/" + made.id()).expect(404);
    }

    @Test
    void grants() {
        String openid = caller.idByName("/resources", "openid");
        String pingOne = caller.idByName("/resources", "PingOne API");
        String profile = caller.idByName("/resources/" + openid + "/scopes", "profile");
        String email = caller.idByName("/resources/" + openid + "/scopes", "email");
        String readUser = caller.idByName("/resources/" + pingOne + "/scopes", "p1:read:user");
        String grants = "/applications/" + caller.post("/applications", Caller.application("a", "")).expect(201).id() + "/grants";

        caller.post(grants, "{}").invalid("REQUIRED_VALUE", "resource");
        caller.post(grants, "{\"resource\":{},\"scopes\":[{\"id\":\"" + profile + "\"}]}").invalid("EMPTY_VALUE", "resource");
        caller.post(grants, "{\"resource\":{\"id\":\"" + openid + "\"}}").invalid("REQUIRED_VALUE", "scopes");
        caller.post(grants, Caller.grant(openid)).invalid("EMPTY_VALUE", "scopes");
        caller.post(grants, Caller.grant(Caller.UNKNOWN, profile)).invalid("INVALID_VALUE", "resource.id");
        caller.post(grants, Caller.grant(openid, Caller.UNKNOWN)).invalid("INVALID_VALUE", "scopes.id");
        caller.post(grants, Caller.grant(openid, readUser)).invalid("INVALID_VALUE", "scopes.id");
        String grant = caller.post(grants, Caller.grant(openid, profile)).expect(201).id();
        caller.post(grants, Caller.grant(openid, email)).invalid("UNIQUENESS_VIOLATION", "resource.id");
        caller.post(grants, Caller.grant(pingOne, readUser)).expect(201);
        assertThat(caller.put(grants + "/" + grant, Caller.grant(openid, profile, email)).expect(200).at("/scopes")).hasSize(2);

        String mine = caller.post("/resources", "{\"name\":\"mine\"}").expect(201).id();
        String sameName = caller.post("/resources/" + mine + "/scopes", "{\"name\":\"profile\"}").expect(201).id();
        String other = caller.post("/resources/" + mine + "/scopes", "{\"name\":\"other\"}").expect(201).id();
        caller.post(grants, Caller.grant(mine, sameName)).invalid("UNIQUENESS_VIOLATION", "scopes.id");
        String withOther = caller.post(grants, Caller.grant(mine, other)).expect(201).id();
        caller.delete("/resources/" + mine + "/scopes/" + other).expect(204);
        caller.get(grants + "/" + withOther).expect(404);
        caller.delete(grants + "/" + grant).expect(204);

        String worker = caller.post("/applications", json("{'name':'w','type':'WORKER','protocol':'OPENID_CONNECT'}")).expect(201).id();
        caller.post("/applications/" + worker + "/grants", Caller.grant(openid, profile)).invalid("INVALID_VALUE", "resource.id");
        String console = caller.idByName("/applications", "PingOne Admin Console");
        caller.get("/applications/" + console + "/grants").refused(404, "NOT_FOUND", null, null);
    }

    @Test
    void assignments() {
        String single = caller.idByName("/signOnPolicies", "Single_Factor");
        String multi = caller.idByName("/signOnPolicies", "Multi_Factor");
        String empty = caller.post("/signOnPolicies", Caller.policy("Empty")).expect(201).id();
        String application = caller.post("/applications", Caller.application("a", "")).expect(201).id();
        String assignments = "/applications/" + application + "/signOnPolicyAssignments";

        caller.post(assignments, "{\"priority\":1}").invalid("REQUIRED_VALUE", "signOnPolicy");
        caller.post(assignments, "{\"signOnPolicy\":{\"id\":\"" + single + "\"}}").invalid("REQUIRED_VALUE", "priority");
        caller.post(assignments, Caller.assignment(single, 0)).invalid("INVALID_VALUE", "priority");
        caller.post(assignments, Caller.assignment(single, 1).replace(":1,", ":1.0,")).malformed("priority");
        caller.post(assignments, Caller.assignment(Caller.UNKNOWN, 1)).invalid("INVALID_VALUE", "signOnPolicy.id");
        caller.post(assignments, Caller.assignment(empty, 1)).invalid("CONSTRAINT_VIOLATION", "signOnPolicy.id");
        String made = caller.post(assignments, Caller.assignment(single, 1)).expect(201).id();
        caller.post(assignments, Caller.assignment(single, 2)).invalid("UNIQUENESS_VIOLATION", "signOnPolicy.id");
        caller.post(assignments, Caller.assignment(multi, 1)).expect(201);
        assertThat(caller.put(assignments + "/" + made, Caller.assignment(single, 7)).expect(200).at("/priority").intValue()).isEqualTo(7);
        caller.put(assignments + "/" + made, Caller.assignment(multi, 7)).invalid("INVALID_VALUE", "signOnPolicy.id");
        caller.delete(assignments + "/" + made).expect(204);
        assertThat(caller.state("signOnPolicyAssignments")).hasSize(1);
    }

    @Test
    void deletionsCascade() {
        String openid = caller.idByName("/resources", "openid");
        String profile = caller.idByName("/resources/" + openid + "/scopes", "profile");
        String a = caller.post("/applications", Caller.application("a", "")).expect(201).id();
        String b = caller.post("/applications", Caller.application("b", "")).expect(201).id();
        String policy = caller.post("/signOnPolicies", Caller.policy("p")).expect(201).id();
        caller.post("/signOnPolicies/" + policy + "/actions", "{\"priority\":1,\"type\":\"LOGIN\"}").expect(201);
        int seededActions = caller.state("actions").size() - 1;
        for (String application : new String[] {a, b}) {
            caller.post("/applications/" + application + "/grants", Caller.grant(openid, profile)).expect(201);
            caller.post("/applications/" + application + "/signOnPolicyAssignments", Caller.assignment(policy, 1)).expect(201);
        }
        caller.delete("/applications/" + a).expect(204);
        assertThat(caller.state("grants")).singleElement().extracting(grant -> grant.at("/application/id").stringValue()).isEqualTo(b);
        assertThat(caller.state("signOnPolicyAssignments")).singleElement();
        caller.get("/applications/" + a + "/grants").refused(404, "NOT_FOUND", null, null);

        caller.delete("/signOnPolicies/" + policy).expect(204);
        assertThat(caller.state("signOnPolicyAssignments")).isEmpty();
        assertThat(caller.state("actions")).hasSize(seededActions);
        assertThat(caller.state("grants")).hasSize(1);
    }

    @Test
    void resourcesAndScopes() {
        caller.post("/resources", "{}").invalid("REQUIRED_VALUE", "name");
        caller.post("/resources", "{\"name\":\"openid\"}").invalid("UNIQUENESS_VIOLATION", "name");
        caller.post("/resources", "{\"name\":\"r\",\"type\":\"OPENID_CONNECT\"}").invalid("INVALID_VALUE", "type");
        caller.post("/resources", "{\"name\":\"r\",\"accessTokenValiditySeconds\":299}")
                .invalid("INVALID_VALUE", "accessTokenValiditySeconds");
        caller.post("/resources", "{\"name\":\"r\",\"audience\":\"https://api.pingone.com\"}").invalid("INVALID_VALUE", "audience");
        Caller.Answer made = caller.post("/resources", json("{'name':'r','type':'CUSTOM','accessTokenValiditySeconds':600.9}")).expect(201);
        assertThat(made.at("/accessTokenValiditySeconds").toString()).as("fractions are cut off here").isEqualTo("600");
        assertThat(made.at("/audience").stringValue()).isEqualTo("r");
        String path = "/resources/" + made.id();
        assertThat(caller.put(path, "{\"name\":\"renamed\"}").expect(200).at("/name").stringValue()).isEqualTo("renamed");
        caller.put(path, "{\"name\":\"openid\"}").invalid("UNIQUENESS_VIOLATION", "name");
        assertThat(caller.put(path, "{\"name\":\"r\",\"description\":\"d\"}").expect(200).at("/description").stringValue()).isEqualTo("d");

        caller.post(path + "/scopes", "{\"description\":\"d\"}").invalid("REQUIRED_VALUE", "name");
        String scope = caller.post(path + "/scopes", "{\"name\":\"s\"}").expect(201).id();
        caller.post(path + "/scopes", "{\"name\":\"s\"}").invalid("UNIQUENESS_VIOLATION", "name");
        caller.put(path + "/scopes/" + scope, "{\"name\":\"t\"}").expect(200);
        String openid = caller.idByName("/resources", "openid");
        caller.get("/resources/" + openid + "/scopes/" + scope).refused(404, "NOT_FOUND", null, null);
        caller.delete("/resources/" + openid).invalid("CONSTRAINT_VIOLATION", null);
        caller.delete("/resources/" + openid + "/scopes/" + caller.idByName("/resources/" + openid + "/scopes", "profile"))
                .invalid("CONSTRAINT_VIOLATION", null);
        caller.delete("/applications/" + caller.idByName("/applications", "PingOne Application Portal"))
                .invalid("CONSTRAINT_VIOLATION", null);
        caller.delete(path).expect(204);
        assertThat(caller.state("scopes")).noneMatch(known -> known.get("id").stringValue().equals(scope));
    }

    private static String json(String body) {
        return body.replace('\'', '"');
    }
}
