package org.signonflow.change;

import org.signonflow.pingone.CanonicalJson;
import org.signonflow.pingone.Kind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * A member of an object in PingOne that is no longer as it was sent.
 *
 * @param member its path, such as {@code mobile.bundleId}
 * @param sent   as JSON; {@code null} if nothing was sent for it
 * @param found  as JSON; {@code null} if it is missing
 */
public record Drift(String member, String sent, String found) {

    private static final int LONGEST = 200;
    private static final String CUT = "...";
    /** What PingOne has nothing for unless it was sent, or added since. */
    private static final Map<Kind, List<String>> OPTIONAL = Map.of(
        Kind.APPLICATION, List.of("description", "redirectUris", "postLogoutRedirectUris", "initiateLoginUri", "targetLinkUri",
            "homePageUrl", "loginPageUrl", "mobile.bundleId", "mobile.packageName"),
        Kind.SIGN_ON_POLICY, List.of("description"), Kind.ACTION, List.of("condition", "noDevicesMode"));
    /** What PingOne may leave out of its replies as long as no refresh tokens are issued. */
    private static final Set<String> OF_REFRESH_TOKENS = Set.of("refreshTokenDuration", "refreshTokenRollingDuration");
    /** As which PingOne may answer what was not sent. */
    private static final Map<String, String> DEFAULTS = Map.of("noDevicesMode", "BLOCK");

    /**
     * Compares an object with what was sent when it was created. Members that were not sent are PingOne's own, and do not count; neither
     * does the order of a list, nor whether PingOne omits what is empty or false.
     *
     * @param sent the members that were sent, as a JSON object
     */
    public static List<Drift> of(Kind kind, String sent, JsonNode found) {
        List<Drift> drifts = new ArrayList<>();
        JsonNode before = JsonMapper.shared().readTree(sent);
        compare("", before, found, drifts);
        for (String path : OPTIONAL.getOrDefault(kind, List.of())) {
            String pointer = "/" + path.replace('.', '/');
            if (before.at(pointer).isMissingNode() && !found.at(pointer).asString("").equals(DEFAULTS.get(path))) {
                compare(path, before.at(pointer), found.at(pointer), drifts);
            }
        }
        return drifts;
    }

    private static void compare(String path, JsonNode sent, JsonNode found, List<Drift> drifts) {
        if (sent.isObject() && !CanonicalJson.isNothing(CanonicalJson.of(sent))) {
            sent.properties().forEach(member -> compare(path.isEmpty() ? member.getKey() : path + "." + member.getKey(), member.getValue(),
                found.path(member.getKey()), drifts));
            return;
        }
        if (found.isMissingNode() && OF_REFRESH_TOKENS.contains(path)) {
            return;
        }
        JsonNode before = CanonicalJson.of(sent);
        JsonNode now = CanonicalJson.of(sent.isArray() ? likeSent(sent, found) : found);
        if (!before.equals(now) && !(CanonicalJson.isNothing(before) && CanonicalJson.isNothing(now))) {
            drifts.add(new Drift(path, text(before), text(now)));
        }
    }

    private static String text(JsonNode json) {
        return json.isMissingNode() ? "null" : json.toString();
    }

    /** A list's items with only those members that were sent for any of them. */
    private static JsonNode likeSent(JsonNode sent, JsonNode found) {
        if (!found.isArray() || StreamSupport.stream(sent.spliterator(), false).noneMatch(JsonNode::isObject)) {
            return found;
        }
        return JsonNodeFactory.instance.arrayNode().addAll(StreamSupport.stream(found.spliterator(), false).map(item -> {
            ObjectNode like = JsonNodeFactory.instance.objectNode();
            item.properties().forEach(member -> {
                if (StreamSupport.stream(sent.spliterator(), false).anyMatch(one -> one.has(member.getKey()))) {
                    like.set(member.getKey(), member.getValue());
                }
            });
            return like;
        }).toList());
    }

    /** As people read it: {@code priority is 5, was 1}. */
    @Override
    public String toString() {
        return "%s is %s, was %s".formatted(member, shortened(found), shortened(sent));
    }

    /** On one line, and not too long. */
    static String shortened(String text) {
        return shortened(text, LONGEST);
    }

    static String shortened(String text, int longest) {
        String plain = PlainText.oneLine(text);
        if (plain.length() <= longest) {
            return plain;
        }
        int end = longest - CUT.length();
        // A half of a pair could be neither stored nor sent.
        return plain.substring(0, Character.isHighSurrogate(plain.charAt(end - 1)) ? end - 1 : end) + CUT;
    }
}
