package org.signonflow.change;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.signonflow.pingone.Action;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.Authenticator;
import org.signonflow.pingone.SignOnPolicy;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Digests of the parts of what takes effect: SHA-256 of each part's data as canonical JSON, with sorted members and with lists sorted where
 * their order has no meaning. They are stored with whatever awaits a decision, so what a part covers must never change; how it is worded
 * may.
 */
public final class Digests {

    private static final JsonMapper CANONICAL = JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    private final Map<Part, String> byPart;

    private Digests(Map<Part, String> byPart) {
        this.byPart = byPart;
    }

    /** Of all parts present, see {@link Part}. */
    public static Digests of(TakesEffect data) {
        Map<Part, String> digests = new EnumMap<>(Part.class);
        digests.put(Part.APPLICATION, digest(application(data.application())));
        if (data.grants() != null) {
            digests.put(Part.GRANTS, digest(unordered(data.grants(), grant -> members("resource", grant.resourceId(),
                "scopes", unordered(grant.scopes(), scope -> scope.id() == null ? scope.name() : scope.id())))));
        }
        digests.put(Part.POLICY, digest(members("id", data.policy().id(), "name", data.policy().name(),
            "description", text(data.policy().description()), "default", data.policy().isDefault())));
        digests.put(Part.ACTIONS, digest(unordered(data.actions(), action -> action(action, data.application()))));
        digests.put(Part.ASSIGNMENTS, digest(members("priority", data.priority(), "besides", unordered(data.besides(),
            other -> members("policy", other.policyId(), "name", other.policyName(), "priority", other.priority())))));
        if (data.defaultPolicy() != null) {
            SignOnPolicy policy = data.defaultPolicy();
            digests.put(Part.DEFAULT_POLICY, digest(members("id", policy.id(), "name", policy.name())));
        }
        return new Digests(digests);
    }

    /** Of a policy that was not created for one application: its parts do not depend on which application it is to be assigned to. */
    public static Digests of(SignOnPolicy policy, List<Action> actions) {
        return of(new TakesEffect(Application.unread(null), null, policy, actions, 1, List.of(), null)).only(Part.POLICY, Part.ACTIONS);
    }

    /** Only the digests of the given parts. */
    public Digests only(Part... parts) {
        Map<Part, String> some = new EnumMap<>(byPart);
        some.keySet().retainAll(Set.of(parts));
        return new Digests(some);
    }

    /** These digests, overridden by the given ones. */
    public Digests with(Digests others) {
        Map<Part, String> all = new EnumMap<>(byPart);
        all.putAll(others.byPart);
        return new Digests(all);
    }

    /** The parts that differ there. Parts not recorded in these digests do not count. */
    public Set<Part> changedIn(Digests there) {
        Set<Part> changed = EnumSet.noneOf(Part.class);
        byPart.forEach((part, digest) -> {
            if (!digest.equals(there.byPart.get(part))) {
                changed.add(part);
            }
        });
        return changed;
    }

    /** As they are stored: {@code application:<64 hex digits>,policy:...}, at most 500 characters. */
    @Override
    public String toString() {
        return byPart.entrySet().stream().map(digest -> digest.getKey().key + ":" + digest.getValue()).collect(Collectors.joining(","));
    }

    /** Parses stored digests, ignoring parts that only a later version knows. Null or blank for none. */
    public static Digests parse(String stored) {
        Map<Part, String> digests = new EnumMap<>(Part.class);
        for (String digest : stored == null ? new String[0] : stored.split(",")) {
            Arrays.stream(Part.values()).filter(part -> digest.startsWith(part.key + ":"))
                .forEach(part -> digests.put(part, digest.substring(part.key.length() + 1)));
        }
        return new Digests(digests);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digests digests && byPart.equals(digests.byPart);
    }

    @Override
    public int hashCode() {
        return byPart.hashCode();
    }

    /** SHA-256 of a text, in lower-case hex. */
    public static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static Object application(Application application) {
        return members("id", application.id(), "name", application.name(), "description", text(application.description()),
            "enabled", application.enabled(), "bundleId", text(application.bundleId()), "packageName", text(application.packageName()),
            "redirectUris", new TreeSet<>(application.redirectUris()), "grantTypes", new TreeSet<>(application.grantTypes()),
            "settings", application.settings());
    }

    /** Enrolment for the application itself is not covered: the models determine it, and nobody is asked about it. */
    private static Object action(Action action, Application application) {
        Set<String> others = new TreeSet<>(action.applicationIds());
        others.remove(String.valueOf(application.id()));
        return members("id", action.id(), "type", action.type(), "priority", action.priority(),
            "authenticators", unordered(List.copyOf(action.authenticators()), Authenticator::member),
            "deviceAuthenticationPolicy", action.deviceAuthenticationPolicyId(), "noDevicesMode", action.noDevicesMode(),
            "condition", parsed(action.condition()), "applications", others,
            "settings", action.settings());
    }

    private static Map<String, Object> members(Object... namesAndValues) {
        Map<String, Object> members = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return members;
    }

    private static <T> List<Object> unordered(List<T> items, Function<T, Object> data) {
        return items.stream().map(data).sorted((one, other) -> json(one).compareTo(json(other))).toList();
    }

    /** PingOne returns an empty string for a missing text, or omits it. */
    private static String text(String text) {
        return text == null || text.isBlank() ? null : text;
    }

    private static Object parsed(String json) {
        try {
            return json == null ? null : CANONICAL.readValue(json, Object.class);
        } catch (JacksonException notJson) {
            return json;
        }
    }

    private static String digest(Object data) {
        return sha256(json(data));
    }

    private static String json(Object data) {
        return CANONICAL.writeValueAsString(data);
    }
}
