package org.signonflow.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import org.camunda.bpm.engine.identity.Group;
import org.junit.jupiter.api.Test;
import org.signonflow.harness.IdentityProvider;
import org.signonflow.security.Caller.Answer;
import org.signonflow.security.setup.Roles;

import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** REST with access tokens of an identity provider. */
class AccessTokensTest extends SignOnApp {

    private static final String WHO = "svc-1";

    private static JWTClaimsSet.Builder claims(String subject, Instant at, Object groups) {
        return new JWTClaimsSet.Builder().issuer(PROVIDER.issuer()).audience(IdentityProvider.AUDIENCE).subject(subject)
            .issueTime(Date.from(at)).expirationTime(Date.from(Instant.now().plusSeconds(300))).claim("name", "Ann Lee")
            .claim("groups", groups);
    }

    private static String signed(JWTClaimsSet.Builder claims, RSAKey key, String type) {
        try {
            SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("first")
                .type(new com.nimbusds.jose.JOSEObjectType(type)).build(), claims.build());
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String token(JWTClaimsSet.Builder claims) {
        return signed(claims, PROVIDER.key(), "at+jwt");
    }

    private static String token(String subject, Instant at, String... groups) {
        return token(claims(subject, at, List.of(groups)));
    }

    private Answer call(String token, String method, String path, String body) {
        return Caller.nobody(port).send(method, path, body, "Authorization", "Bearer " + token, "Content-Type", "application/json");
    }

    private List<String> groups(String id) {
        return identities.createGroupQuery().groupMember(id).list().stream().map(Group::getId).toList();
    }

    @Test
    void anAccessTokenIsGoodForAllOfRest() {
        String token = token(WHO, Instant.now(), Roles.REQUESTERS);
        for (String path : List.of("/engine-rest/process-definition", "/api/changes", "/changes")) {
            assertThat(call(token, "GET", path, null).status()).as(path).isEqualTo(200);
        }
        assertThat(call(signed(claims(WHO, Instant.now(), List.of()), PROVIDER.key(), "JWT"), "GET", "/api/changes", null).status())
            .isEqualTo(200);
        token = token(WHO, Instant.now().plusSeconds(1), Roles.REQUESTERS);
        Answer started = call(token, "POST", "/engine-rest/process-definition/key/configure-mfa-sign-on/start",
            "{\"variables\": {\"applicationName\": {\"value\": \"Shop\"}, \"policyName\": {\"value\": \"Shop_MFA\"}}}");
        assertThat(started.status()).as(started.body()).isEqualTo(200);
        String instance = started.json().get("id").asString();
        assertThat(runtime.getVariable(instance, "requestedBy")).isEqualTo(WHO);
        run(instance);
        String complete = "/engine-rest/task/" + tasks.createTaskQuery().processInstanceId(instance).singleResult().getId() + "/complete";
        assertThat(call(token(WHO, Instant.now().plusSeconds(2), Roles.APPROVERS), "POST", complete, APPROVE).status()).isEqualTo(403);
        assertThat(call(token("boss", Instant.now(), Roles.OPERATORS), "POST", complete, APPROVE).status()).isEqualTo(403);
        assertThat(call(token("other", Instant.now(), Roles.APPROVERS), "POST", complete, APPROVE).status()).isEqualTo(204);
    }

    @Test
    void otherTokensAreNot() throws JOSEException {
        Instant now = Instant.now();
        List<String> approvers = List.of(Roles.APPROVERS);
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put("wrong audience", token(claims(WHO, now, approvers).audience("another-api")));
        bad.put("the client's own id, as of an identity token", token(claims(WHO, now, approvers).audience(IdentityProvider.CLIENT)));
        bad.put("no audience", token(claims(WHO, now, approvers).audience((String) null)));
        bad.put("wrong issuer", token(claims(WHO, now, approvers).issuer("https://evil.example")));
        bad.put("no issuer", token(claims(WHO, now, approvers).issuer(null)));
        bad.put("expired", token(claims(WHO, now.minusSeconds(600), approvers).expirationTime(Date.from(now.minusSeconds(30)))));
        bad.put("no expiry", token(claims(WHO, now, approvers).expirationTime(null)));
        bad.put("not yet valid", token(claims(WHO, now, approvers).notBeforeTime(Date.from(now.plusSeconds(120)))));
        bad.put("from the future", token(claims(WHO, now.plusSeconds(120), approvers)));
        bad.put("no issue time", token(claims(WHO, now, approvers).issueTime(null)));
        bad.put("another's signature", signed(claims(WHO, now, approvers), new RSAKeyGenerator(2048).keyID("first").generate(), "at+jwt"));
        bad.put("an unknown key", signed(claims(WHO, now, approvers), new RSAKeyGenerator(2048).generate(), "at+jwt"));
        bad.put("alg none", new PlainJWT(claims(WHO, now, approvers).build()).serialize());
        SignedJWT mac = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first").build(),
            claims(WHO, now, approvers).build());
        mac.sign(new MACSigner(PROVIDER.key().toRSAPublicKey().getEncoded()));
        bad.put("signed with the public key", mac.serialize());
        String good = token(WHO, now, Roles.APPROVERS);
        bad.put("altered", good.replaceFirst("\\.[^.]+\\.", "." + claims(WHO, now, List.of(Roles.ADMINISTRATORS)).build().toPayload()
            .toBase64URL() + "."));
        bad.put("hostile subject", token("*", now, Roles.APPROVERS));
        bad.put("no subject", token(claims(null, now, approvers)));
        bad.put("the break-glass user's name", token("admin", now, Roles.ADMINISTRATORS));
        bad.put("no groups", token(claims(WHO, now, null)));
        bad.put("groups that are no list", token(claims(WHO, now, Roles.APPROVERS)));
        bad.put("rubbish", "x.y.z");
        bad.forEach((what, token) -> {
            for (String path : List.of("/engine-rest/task", "/api/changes")) {
                Answer answer = call(token, "GET", path, null);
                assertThat(answer.status()).as("%s: %s", what, answer.body()).isEqualTo(401);
                assertThat(answer.json().get("message").asString()).as(what).isNotBlank();
                assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
            }
            System.out.println(what + ": " + call(token, "GET", "/api/changes", null).json().get("message").asString());
        });
        assertThat(identities.createUserQuery().userId(WHO).count()).isZero();
        assertThat(call(good, "GET", "/api/changes", null).status()).isEqualTo(200);
    }

    @Test
    void anOlderTokenDoesNotUndoWhatANewerOneSaid() {
        Instant now = Instant.now();
        assertThat(call(token("leaver", now, Roles.REQUESTERS), "GET", "/api/changes", null).status()).isEqualTo(200);
        assertThat(groups("leaver")).containsExactly(Roles.REQUESTERS);
        String older = token("leaver", now.minusSeconds(60), Roles.APPROVERS, Roles.ADMINISTRATORS);
        Answer answer = call(older, "GET", "/engine-rest/user", null);
        assertThat(answer.json().findValuesAsString("id")).as("sees only themselves").doesNotContain("admin");
        assertThat(groups("leaver")).containsExactly(Roles.REQUESTERS);
        assertThat(call(token("leaver", now.plusSeconds(1)), "GET", "/api/changes", null).status()).isEqualTo(200);
        assertThat(groups("leaver")).isEmpty();
    }

    @Test
    void manyCallsAtOnceMakeOneAccount() {
        String token = token("busy", Instant.now(), Roles.REQUESTERS, Roles.OPERATORS);
        assertThat(IntStream.range(0, 16).parallel().map(i -> call(token, "GET", "/api/changes", null).status()).distinct().toArray())
            .containsExactly(200);
        assertThat(groups("busy")).containsExactlyInAnyOrder(Roles.REQUESTERS, Roles.OPERATORS);
    }

    /** Whoever brings an account up first, and whatever an administrator's token does, nobody controls anybody. */
    @Test
    void nobodyIsLoggedAsTheMakerOfAnAccount() {
        call(token("fresh", Instant.now(), Roles.APPROVERS), "GET", "/api/changes", null);
        assertThat(history.createUserOperationLogQuery().entityType("User").list()).noneMatch(entry -> "fresh".equals(entry.getNewValue()));
    }

    @Test
    void aProviderThatCannotBeReachedIsNotTheCallersFault() {
        assertThat(call(token(WHO, Instant.now(), Roles.REQUESTERS), "GET", "/api/changes", null).status()).isEqualTo(200);
        PROVIDER.isDown = true;
        assertThat(call(token(WHO, Instant.now(), Roles.REQUESTERS), "GET", "/api/changes", null).status()).as("its keys are known")
            .isEqualTo(200);
        assertThat(Caller.nobody(port).call("GET", "/api/changes", null).json().get("message").asString())
            .isEqualTo("Authentication is required: an access token of the identity provider is missing.");
    }
}
