package org.signonflow.sandbox;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.signonflow.sandbox.Problem.Detail;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The environment's objects and the rules between them. A stored object is never modified, only replaced, so a {@link #mark} is just a copy
 * of the maps. Every method takes the lock; hold it around several calls to make them atomic.
 */
final class PingOneState {

    /** Sources differ: 20 in the API reference, 21 on the platform limits page. */
    private static final int MOST_ACTIONS = 20;
    private static final Set<String> READ_ONLY =
            Set.of("_links", "_embedded", "id", "environment", "createdAt", "updatedAt");
    /** "PingOne API reference, Applications": these are ignored afterwards. */
    private static final Set<String> FOR_POST_ONLY = Set.of("assignActorRoles", "clientId");
    private static final List<String> CUSTOM_TYPES = List.of("WEB_APP", "NATIVE_APP", "SINGLE_PAGE_APP", "WORKER", "SERVICE", "CUSTOM_APP",
            "TEMPLATE_APP", "PORTAL_LINK_APP");

    private final SandboxProperties properties;
    private Map<Kind, Map<String, ObjectNode>> objects;
    private Map<String, Secret> secrets;
    private final Set<String> builtIn = new HashSet<>();
    /** In which order objects were created. Also of those deleted since: a reader of pages may have seen them last. */
    private final Map<String, Integer> numbers = new HashMap<>();
    private ObjectNode environment;

    /** A snapshot of the state. */
    private record Mark(Map<Kind, Map<String, ObjectNode>> objects, Map<String, Secret> secrets) {
    }

    PingOneState(SandboxProperties properties) {
        this.properties = properties;
        reset();
    }

    /** Resets to a fresh environment. */
    synchronized void reset() {
        objects = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            objects.put(kind, new LinkedHashMap<>());
        }
        secrets = new HashMap<>();
        builtIn.clear();
        numbers.clear();
        environment = Seed.plant((kind, object) -> {
            put(kind, object);
            builtIn.add(id(object));
        });
    }

    private void put(Kind kind, ObjectNode object) {
        objects.get(kind).put(id(object), object);
        numbers.putIfAbsent(id(object), numbers.size());
    }

    /** Greater than those of all objects before it in its list. */
    synchronized int number(ObjectNode object) {
        return numbers.get(id(object));
    }

    synchronized Object mark() {
        return copy(new Mark(objects, secrets));
    }

    /** Restores the state of the mark. */
    synchronized void backTo(Object mark) {
        Mark then = copy((Mark) mark);
        objects = then.objects;
        secrets = then.secrets;
    }

    private static Mark copy(Mark of) {
        Map<Kind, Map<String, ObjectNode>> copy = new EnumMap<>(Kind.class);
        of.objects.forEach((kind, byId) -> copy.put(kind, new LinkedHashMap<>(byId)));
        return new Mark(copy, new HashMap<>(of.secrets));
    }

    synchronized ObjectNode environment() {
        return environment;
    }

    /** All objects, without secrets. */
    synchronized ObjectNode everything() {
        ObjectNode all = Json.object();
        objects.forEach((kind, byId) -> byId.values().forEach(all.putArray(kind.collection)::add));
        return (ObjectNode) Json.redacted(all);
    }

    synchronized List<ObjectNode> list(Kind kind, String parentId) {
        if (kind.parent != null) {
            read(kind.parent, null, parentId);
            refuseGrantsOfAdminConsole(kind, parentId);
        }
        return among(kind, parentId).toList();
    }

    synchronized ObjectNode read(Kind kind, String parentId, String id) {
        ObjectNode object = objects.get(kind).get(id);
        if (object == null || parentId != null && !parentId.equals(ref(object, kind.parent))) {
            throw Problem.notFound(kind, id);
        }
        refuseGrantsOfAdminConsole(kind, parentId);
        return object;
    }

    /** A client secret, and the one before it, if that is still valid, with its end as it was sent. */
    record Secret(String value, String previous, String expiresAt) {
        boolean hasPrevious() {
            return previous != null && Instant.parse(expiresAt).isAfter(Instant.now());
        }
    }

    synchronized Secret secret(Kind kind, String id) {
        requireSecret(kind, id);
        return secrets.computeIfAbsent(id, any -> new Secret(newSecret(), null, null));
    }

    /** @param sent may say until when the one before remains valid */
    synchronized Secret rotateSecret(Kind kind, String id, ObjectNode sent) {
        Secret before = secret(kind, id);
        Secret now = new Secret(newSecret(), null, null);
        if (sent.has("previous")) {
            now = new Secret(now.value, before.value, end(sent.at("/previous/expiresAt").asString("")));
        }
        secrets.put(id, now);
        return now;
    }

    /** "PingOne API reference, Application secret": from one minute to 30 days. */
    private static String end(String text) {
        try {
            Duration left = Duration.between(Instant.now(), Instant.parse(text));
            if (left.compareTo(Duration.ofMinutes(1)) >= 0 && left.compareTo(Duration.ofDays(30)) <= 0) {
                return text;
            }
        } catch (DateTimeException notTime) {
            // Refused below, like a time that is too early or too late.
        }
        throw Problem.invalid(Detail.invalid("previous.expiresAt", "must be a time from 1 minute to 30 days from now"));
    }

    synchronized void dropPreviousSecret(Kind kind, String id) {
        secrets.put(id, new Secret(secret(kind, id).value, null, null));
    }

    private void requireSecret(Kind kind, String id) {
        ObjectNode object = objects.get(kind).get(id);
        boolean isApplication = kind == Kind.APPLICATIONS;
        boolean has = object != null && (isApplication ? is(object, "protocol", "OPENID_CONNECT") : is(object, "type", "CUSTOM"));
        if (!has || builtIn.contains(id)) {
            throw Problem.noSecret();
        }
    }

    synchronized ObjectNode create(Kind kind, String parentId, ObjectNode sent) {
        if (kind.parent != null) {
            read(kind.parent, null, parentId);
            refuseGrantsOfAdminConsole(kind, parentId);
        }
        String id = UUID.randomUUID().toString();
        ObjectNode object = checked(kind, id, parentId, sent, null);
        switch (kind) {
            case APPLICATIONS -> refuse(objects.get(kind).size() >= properties.mostApplications(),
                    Detail.constraint(null, "Too many applications"));
            case SIGN_ON_POLICIES -> refuse(objects.get(kind).size() >= properties.mostPolicies(),
                    Detail.constraint(null, "Too many policies"));
            case ACTIONS -> refuse(among(kind, parentId).count() >= MOST_ACTIONS,
                    Detail.constraint("actions", "A policy has at most " + MOST_ACTIONS + " actions"));
            default -> { }
        }
        if (kind.secretive) {
            secrets.put(id, new Secret(sent.path("clientSecret").asString(newSecret()), null, null));
        }
        put(kind, object);
        return object;
    }

    synchronized ObjectNode replace(Kind kind, String parentId, String id, ObjectNode sent) {
        ObjectNode object = checked(kind, id, parentId, sent, read(kind, parentId, id));
        boolean hasOneDefault = kind == Kind.SIGN_ON_POLICIES || kind == Kind.DEVICE_POLICIES;
        if (hasOneDefault && object.get("default").booleanValue()) {
            objects.get(kind).replaceAll((other, policy) -> policy.deepCopy().put("default", false));
        }
        objects.get(kind).put(id, object);
        return object;
    }

    synchronized void delete(Kind kind, String parentId, String id) {
        ObjectNode object = read(kind, parentId, id);
        switch (kind) {
            case APPLICATIONS, RESOURCES, SCOPES ->
                refuse(builtIn.contains(id), Detail.constraint(null, "Cannot delete a built-in resource"));
            case SIGN_ON_POLICIES ->
                refuse(object.path("default").booleanValue(), Detail.constraint("default", "Cannot delete a default policy"));
            case DEVICE_POLICIES -> {
                refuse(object.path("default").booleanValue(false), Detail.constraint("default", "Cannot delete the default policy"));
                // The Terraform provider's issues 632 and 650.
                if (!referring(Kind.ACTIONS, kind, id).isEmpty()) {
                    throw Problem.conflict(Detail.invalid("signOnPolicies", "The policy is used by a sign-on policy"));
                }
            }
            case ACTIONS ->
                refuse(among(kind, parentId).count() == 1, Detail.constraint(null, "Cannot delete last action from the policy"));
            default -> { }
        }
        remove(kind, id);
    }

    private void remove(Kind kind, String id) {
        objects.get(kind).remove(id);
        secrets.remove(id);
        for (Kind child : Kind.values()) {
            if (child.parent == kind) {
                among(child, id).toList().forEach(orphan -> remove(child, id(orphan)));
            }
        }
        switch (kind) {
            // Not on any page; an acceptance test of the Terraform provider deletes an assigned policy and finds the assignment gone.
            case SIGN_ON_POLICIES -> referring(Kind.ASSIGNMENTS, kind, id).forEach(assignment -> remove(Kind.ASSIGNMENTS, id(assignment)));
            case RESOURCES -> referring(Kind.GRANTS, kind, id).forEach(grant -> remove(Kind.GRANTS, id(grant)));
            case SCOPES -> List.copyOf(objects.get(Kind.GRANTS).values()).forEach(grant -> withoutScope(grant, id));
            default -> { }
        }
    }

    private void withoutScope(ObjectNode grant, String scopeId) {
        ObjectNode less = grant.deepCopy();
        ArrayNode left = less.putArray("scopes");
        grant.get("scopes").forEach(scope -> {
            if (!id(scope).equals(scopeId)) {
                left.add(scope);
            }
        });
        if (left.isEmpty()) {
            remove(Kind.GRANTS, id(grant));
        } else {
            objects.get(Kind.GRANTS).put(id(grant), less);
        }
    }

    /** The object to store for one that was sent, or a refusal; {@code before} is null for a new one. */
    private ObjectNode checked(Kind kind, String id, String parentId, ObjectNode sent, ObjectNode before) {
        ObjectNode body = Json.object();
        sent.properties().forEach(member -> {
            boolean ownParent = kind.parent != null && member.getKey().equals(kind.parent.reference);
            boolean isSecret = kind.secretive && member.getKey().equals("clientSecret");
            if (!READ_ONLY.contains(member.getKey()) && !isSecret && !ownParent && !member.getValue().isNull()
                    && kind.keeps(member.getKey())) {
                body.set(member.getKey(), member.getValue().deepCopy());
            }
        });
        Set<Detail> malformed = new LinkedHashSet<>();
        Set<Detail> invalid = new LinkedHashSet<>();
        kind.members.forEach(member -> member.check(body, kind.exactNumbers(), malformed, invalid));
        if (!malformed.isEmpty()) {
            throw Problem.malformed(malformed);
        }
        if (invalid.isEmpty()) {
            if (kind == Kind.APPLICATIONS) {
                Applications.complete(body, id);
            } else if (kind == Kind.IMAGES) {
                Images.complete(body, id);
            } else if (kind == Kind.POPULATIONS && !body.has("theme")) {
                // The environment's own; the Terraform provider takes a population without one for unfinished.
                byte[] name = Sandbox.ENVIRONMENT_ID.getBytes(StandardCharsets.US_ASCII);
                body.putObject("theme").put("id", UUID.nameUUIDFromBytes(name).toString());
            }
            for (Member member : kind.members) {
                compare(member, kind, id, parentId, body, before, invalid);
            }
            checkAmongOthers(kind, parentId, body, before, invalid);
        }
        if (!invalid.isEmpty()) {
            throw Problem.invalid(invalid);
        }
        ObjectNode object = Json.object().put("id", id);
        object.putObject("environment").put("id", Sandbox.ENVIRONMENT_ID);
        if (kind.parent != null) {
            object.putObject(kind.parent.reference).put("id", parentId);
        }
        object.setAll(body);
        if (kind.timestamped()) {
            String now = Json.time(Instant.now());
            object.put("createdAt", before == null ? now : before.get("createdAt").stringValue()).put("updatedAt", now);
        }
        return object;
    }

    private void compare(Member member, Kind kind, String id, String parentId, ObjectNode body, ObjectNode before, Set<Detail> invalid) {
        JsonNode old = before == null ? null : member.in(before);
        if (old != null && FOR_POST_ONLY.contains(member.path)) {
            member.put(body, old);
        } else if (old != null && member.isLasting() && member.in(body) == null) {
            invalid.add(Detail.invalid(member.path, "Once specified, " + member.path + " cannot be nullified"));
        } else if (old != null && member.isImmutable() && member.in(body) != null && !old.equals(member.in(body))) {
            invalid.add(Detail.invalid(member.path, "is immutable"));
        }
        JsonNode value = member.isUnique() ? member.in(body) : null;
        if (value != null && among(kind, parentId).anyMatch(other -> !id(other).equals(id) && value.equals(member.in(other)))) {
            invalid.add(Detail.taken(member.path));
        }
    }

    private void checkAmongOthers(Kind kind, String parentId, ObjectNode body, ObjectNode before, Set<Detail> invalid) {
        switch (kind) {
            case APPLICATIONS -> {
                if (before == null && !CUSTOM_TYPES.contains(body.get("type").stringValue())) {
                    invalid.add(Detail.invalid("type", "Invalid value for attribute."));
                }
                Applications.check(body, invalid);
            }
            case RESOURCES -> checkResource(body, before, invalid);
            case GRANTS -> checkGrant(parentId, body, before, invalid);
            case SIGN_ON_POLICIES, DEVICE_POLICIES -> checkPolicy(body, before, invalid);
            case ACTIONS -> checkAction(body, invalid);
            case ASSIGNMENTS -> checkAssignment(parentId, body, before, invalid);
            default -> { }
        }
    }

    private static void checkResource(ObjectNode body, ObjectNode before, Set<Detail> invalid) {
        String type = before == null ? "CUSTOM" : before.get("type").stringValue();
        if (body.has("type") && !is(body, "type", type)) {
            invalid.add(Detail.invalid("type", before == null ? "Only CUSTOM resources can be created" : "is immutable"));
        }
        body.put("type", type);
        if (!type.equals("CUSTOM")) {
            return;
        }
        if (!body.has("audience")) {
            body.set("audience", body.get("name"));
        } else if (body.get("audience").stringValue().matches("(?is).*(pingone|pingidentity|#).*")) {
            invalid.add(Detail.invalid("audience", "must be a URL without a fragment and must not contain pingone or pingidentity"));
        }
        if (!body.has("accessTokenValiditySeconds")) {
            body.put("accessTokenValiditySeconds", 3600);
        }
    }

    private void checkGrant(String applicationId, ObjectNode body, ObjectNode before, Set<Detail> invalid) {
        String resourceId = ref(body, Kind.RESOURCES);
        ObjectNode resource = objects.get(Kind.RESOURCES).get(resourceId);
        if (resource == null) {
            invalid.add(Detail.invalid("resource.id", "The resource does not exist"));
            return;
        }
        List<ObjectNode> others = among(Kind.GRANTS, applicationId)
                .filter(grant -> before == null || !id(grant).equals(id(before))).toList();
        if (others.stream().anyMatch(grant -> ref(grant, Kind.RESOURCES).equals(resourceId))) {
            invalid.add(Detail.taken("resource.id"));
        }
        Set<String> names = new HashSet<>();
        others.forEach(grant -> grant.get("scopes").forEach(scope -> names.add(scopeName(id(scope)))));
        Set<String> seen = new LinkedHashSet<>();
        for (JsonNode scope : body.get("scopes")) {
            ObjectNode known = objects.get(Kind.SCOPES).get(id(scope));
            if (known == null || !ref(known, Kind.RESOURCES).equals(resourceId)) {
                invalid.add(Detail.invalid("scopes.id", "The scope does not belong to the resource"));
            } else if (names.contains(known.get("name").stringValue())) {
                invalid.add(Detail.taken("scopes.id"));
            }
            seen.add(id(scope));
        }
        if (is(resource, "type", "OPENID_CONNECT") && is(objects.get(Kind.APPLICATIONS).get(applicationId), "type", "WORKER")) {
            invalid.add(Detail.invalid("resource.id", "A worker application cannot be granted OpenID Connect scopes"));
        }
        body.putObject("resource").put("id", resourceId);
        ArrayNode scopes = body.putArray("scopes");
        seen.forEach(scopeId -> scopes.addObject().put("id", scopeId));
    }

    private String scopeName(String scopeId) {
        return objects.get(Kind.SCOPES).get(scopeId).get("name").stringValue();
    }

    private static void checkPolicy(ObjectNode body, ObjectNode before, Set<Detail> invalid) {
        boolean was = before != null && before.path("default").booleanValue();
        boolean will = body.path("default").booleanValue(was);
        // "PingOne API reference, Sign-on policies": not on create, and later only by making another policy the default.
        if (before == null && will || was && !will) {
            invalid.add(Detail.invalid("default", before == null ? "must be false on create" : "can only be set to true"));
        }
        body.put("default", will);
    }

    private void checkAction(ObjectNode body, Set<Detail> invalid) {
        checkCondition(body, invalid);
        switch (body.get("type").stringValue()) {
            case "AGREEMENT" -> checkReference(body, "agreement", Kind.AGREEMENTS, invalid);
            case "IDENTITY_PROVIDER" -> checkReference(body, "identityProvider", Kind.IDENTITY_PROVIDERS, invalid);
            case "PROGRESSIVE_PROFILING" -> {
                if (body.path("attributes").isEmpty()) {
                    invalid.add(Detail.required("attributes"));
                }
            }
            default -> { }
        }
        for (JsonNode provider : body.path("socialProviders")) {
            checkExists(provider, "socialProviders.id", Kind.IDENTITY_PROVIDERS, invalid);
        }
        if (body.at("/registration/population").has("id")) {
            checkExists(body.at("/registration/population"), "registration.population.id", Kind.POPULATIONS, invalid);
        }
        if (!is(body, "type", "MULTI_FACTOR_AUTHENTICATION")) {
            return;
        }
        // "Create a sign-on policy MFA action" of the workflow library sends it, the data model of the action does not have it.
        body.remove("recovery");
        for (JsonNode application : body.path("applications")) {
            checkExists(application, "applications.id", Kind.APPLICATIONS, invalid);
        }
        if (body.has(Kind.DEVICE_POLICIES.reference)) {
            checkExists(body.get(Kind.DEVICE_POLICIES.reference), "deviceAuthenticationPolicy.id", Kind.DEVICE_POLICIES, invalid);
        }
    }

    /** What the action's type is about. */
    private void checkReference(ObjectNode body, String member, Kind to, Set<Detail> invalid) {
        if (body.at("/" + member + "/id").asString("").isBlank()) {
            invalid.add(Detail.required(member + ".id"));
        } else {
            checkExists(body.get(member), member + ".id", to, invalid);
        }
    }

    private void checkExists(JsonNode reference, String target, Kind kind, Set<Detail> invalid) {
        if (!objects.get(kind).containsKey(id(reference))) {
            invalid.add(Detail.invalid(target, "The %s does not exist".formatted(kind.words())));
        }
    }

    /** Before anybody has signed on, nothing is known of the user: the Terraform provider's validator says so, of populations too. */
    private static void checkCondition(ObjectNode body, Set<Detail> invalid) {
        JsonNode condition = body.path("condition");
        if (condition.isObject() && condition.isEmpty()) {
            invalid.add(Detail.empty("condition"));
        } else if (body.get("priority").longValue() == 1 && ofUser(condition)) {
            invalid.add(Detail.invalid("condition", "An action with the priority 1 must not depend on the user's attributes"));
        }
    }

    private static boolean ofUser(JsonNode condition) {
        return condition.path("value").asString("").startsWith("${user.")
                || condition.valueStream().anyMatch(member -> member.isContainer() && ofUser(member));
    }

    private void checkAssignment(String applicationId, ObjectNode body, ObjectNode before, Set<Detail> invalid) {
        String policyId = ref(body, Kind.SIGN_ON_POLICIES);
        if (before != null && !ref(before, Kind.SIGN_ON_POLICIES).equals(policyId)) {
            invalid.add(Detail.invalid("signOnPolicy.id", "is immutable"));
        } else if (!objects.get(Kind.SIGN_ON_POLICIES).containsKey(policyId)) {
            invalid.add(Detail.invalid("signOnPolicy.id", "The sign-on policy does not exist"));
        } else if (before == null) {
            if (among(Kind.ASSIGNMENTS, applicationId).anyMatch(other -> ref(other, Kind.SIGN_ON_POLICIES).equals(policyId))) {
                invalid.add(Detail.taken("signOnPolicy.id"));
            }
            if (!properties.assignPolicyWithoutActions() && among(Kind.ACTIONS, policyId).findAny().isEmpty()) {
                invalid.add(Detail.constraint("signOnPolicy.id",
                        "The sign-on policy must have at least one action before it can be assigned"));
            }
        }
        body.putObject("signOnPolicy").put("id", policyId);
    }

    /** "PingOne API reference, Application resource grants": what the administration console is granted cannot even be read. */
    private void refuseGrantsOfAdminConsole(Kind kind, String applicationId) {
        if (kind == Kind.GRANTS && applicationId != null
                && is(objects.get(Kind.APPLICATIONS).get(applicationId), "type", "PING_ONE_ADMIN_CONSOLE")) {
            throw Problem.notFound();
        }
    }

    private Stream<ObjectNode> among(Kind kind, String parentId) {
        return objects.get(kind).values().stream().filter(object -> kind.parent == null || ref(object, kind.parent).equals(parentId));
    }

    private List<ObjectNode> referring(Kind kind, Kind to, String id) {
        return objects.get(kind).values().stream().filter(object -> ref(object, to).equals(id)).toList();
    }

    private static void refuse(boolean when, Detail why) {
        if (when) {
            throw Problem.invalid(why);
        }
    }

    private static String newSecret() {
        return UUID.randomUUID().toString().replace("-", "") + UUID.randomUUID().toString().replace("-", "");
    }

    private static String id(JsonNode object) {
        return object.path("id").asString("");
    }

    private static String ref(JsonNode object, Kind to) {
        return object.path(to.reference).path("id").asString("");
    }

    private static boolean is(JsonNode object, String member, String value) {
        return object.path(member).asString("").equals(value);
    }
}
