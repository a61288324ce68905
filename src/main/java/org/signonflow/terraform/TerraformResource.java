package org.signonflow.terraform;

import org.signonflow.terraform.Hcl.Block;
import org.signonflow.terraform.Hcl.Expression;
import org.signonflow.change.Drift;
import org.signonflow.pingone.Kind;
import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * One object as a resource of the provider pingidentity/pingone 1.21, as far as it has words for it. What the provider would refuse, or
 * could not tell from something else, is left out with a comment that says why: then the object stays as it is in PingOne.
 */
final class TerraformResource {

    private static final Map<Kind, String> TYPES = Map.of(Kind.APPLICATION, "pingone_application",
        Kind.GRANT, "pingone_application_resource_grant", Kind.SIGN_ON_POLICY, "pingone_sign_on_policy",
        Kind.ACTION, "pingone_sign_on_policy_action", Kind.ASSIGNMENT, "pingone_application_sign_on_policy_assignment");

    /** The provider's attributes are PingOne's members in another spelling, with the exceptions below. */
    private static final List<String> OF_APPLICATION = List.of("name", "description", "enabled", "hidden_from_app_portal", "login_page_url",
        "tags");
    private static final List<String> OF_OIDC = List.of("type", "grant_types", "response_types", "token_endpoint_auth_method",
        "redirect_uris", "allow_wildcard_in_redirect_uris", "post_logout_redirect_uris", "home_page_url", "initiate_login_uri",
        "target_link_uri", "pkce_enforcement", "par_requirement", "par_timeout", "device_timeout", "device_polling_interval",
        "device_path_id", "device_custom_verification_uri", "refresh_token_type", "refresh_token_duration",
        "refresh_token_rolling_duration", "refresh_token_rolling_grace_period_duration",
        "additional_refresh_token_replay_protection_enabled", "request_scopes_for_multiple_resources_enabled",
        "require_signed_request_object", "support_unsigned_request_object", "idp_signoff", "op_session_check_enabled", "include_x5t",
        "jwks", "jwks_url");
    private static final List<String> OF_MOBILE = List.of("bundle_id", "package_name", "huawei_app_id", "huawei_package_name",
        "passcode_grace_period");

    /** What the provider sets where PingOne states nothing; then its plan has a change, which nothing in a configuration can prevent. */
    private static final Map<String, String> DEFAULTS = inOrder("hidden_from_app_portal", "false");
    private static final Map<String, String> OIDC_DEFAULTS = inOrder("allow_wildcard_in_redirect_uris", "false",
        "pkce_enforcement", "OPTIONAL", "par_requirement", "OPTIONAL", "par_timeout", "60", "device_timeout", "600",
        "device_polling_interval", "5", "refresh_token_duration", "2592000", "refresh_token_rolling_duration", "15552000",
        "additional_refresh_token_replay_protection_enabled", "true", "require_signed_request_object", "false",
        "support_unsigned_request_object", "false", "idp_signoff", "false", "op_session_check_enabled", "false", "include_x5t", "false");

    private static final Pattern POLICY_NAME = Pattern.compile("[a-zA-Z0-9_.-]+|.+://[^ :]+");
    private static final Pattern URI = Pattern.compile("\\S+://.+");
    private static final List<String> URIS = List.of("redirectUris", "postLogoutRedirectUris", "targetLinkUri");

    private final Terraform.Part part;
    private final JsonNode found;
    private final String environment;
    private final Map<String, String> addresses;

    /**
     * @param environment the local with the environment's id
     * @param addresses   of the resources so far, by the id in PingOne; the new one is added
     */
    TerraformResource(Terraform.Part part, String environment, Map<String, String> addresses) {
        this.part = part;
        this.found = part.found;
        this.environment = environment;
        this.addresses = addresses;
    }

    /** @param names the addresses in use; the new one is added */
    void write(Hcl hcl, Set<String> names) {
        String leftOut = whyLeftOut();
        if (leftOut != null) {
            hcl.comment("Left out: the %s. %s".formatted(part, leftOut));
            return;
        }
        String type = TYPES.get(part.made.kind());
        String name = name();
        for (int i = 2; !names.add(type + "." + name); i++) {
            name = name() + "_" + i;
        }
        String address = type + "." + name;
        addresses.put(part.made.id(), address + ".id");
        String ids = part.made.parentId() == null ? part.made.id() : part.made.parentId() + "/" + part.made.id();
        List<String> changed = part.sent == null ? List.of()
            : Drift.of(part.made.kind(), part.sent, found).stream().map(Drift::toString).toList();
        if (!changed.isEmpty()) {
            hcl.comment("Changed in PingOne since it was created:");
            changed.forEach(one -> hcl.comment("  " + one));
        }
        Map<String, Object> members = new LinkedHashMap<>(Map.of("environment_id", new Expression("local." + environment)));
        members.putAll(switch (part.made.kind()) {
            case APPLICATION -> application(hcl);
            case GRANT -> grant();
            case SIGN_ON_POLICY -> policy();
            case ACTION -> action(hcl);
            case ASSIGNMENT -> assignment();
        });
        hcl.block("import", Terraform.members("to", new Expression(address),
            "id", new Expression("\"${local.%s}/%s\"".formatted(environment, ids)))).blankLine()
            .block("resource \"%s\" \"%s\"".formatted(type, name), members);
    }

    private String whyLeftOut() {
        if (part.made.kind() == null || part.made.kind().parent() != null && part.made.parentId() == null) {
            return "It was created by an earlier version, which did not record where.";
        }
        if (found == null) {
            return "PingOne no longer has it.";
        }
        return switch (part.made.kind()) {
            case APPLICATION -> !text("protocol").equals("OPENID_CONNECT") ? "It is not an OpenID Connect application any more."
                : found.at("/mobile/integrityDetection").has("googlePlay")
                    ? "The provider needs the secrets of its integrity detection, which PingOne does not tell."
                : !found.at("/mobile/passcodeRefreshDuration/timeUnit").asString("SECONDS").equals("SECONDS")
                    ? "The provider knows the refresh duration of its passcodes in seconds only."
                : URIS.stream().flatMap(member -> texts(found.path(member)).stream()).filter(uri -> !URI.matcher(uri).matches()).findFirst()
                    .map("The provider does not accept its URI %s."::formatted).orElse(null);
            case GRANT -> part.resourceType == null ? "It is not known of which kind its resource is."
                : found.path("scopes").isEmpty() ? "It grants nothing." : null;
            case SIGN_ON_POLICY -> POLICY_NAME.matcher(text("name")).matches() ? null : "The provider does not accept its name.";
            case ACTION -> !text("type").equals("MULTI_FACTOR_AUTHENTICATION") ? "It is of another type now: %s.".formatted(text("type"))
                : found.path("condition").isObject() ? "It has a condition, which the change did not give it."
                : found.at("/deviceAuthenticationPolicy/id").asString("").isEmpty()
                    ? "\nIt names its authenticators, and the provider has words for a device policy only. It stays in effect as it is.\n"
                        + "A change that is given a deviceAuthenticationPolicyId makes an action that Terraform can take over." : null;
            case ASSIGNMENT -> null;
        };
    }

    /** Of the application or the policy; rows of a roll-out also by their line, which makes it the same in each part of the list. */
    private String name() {
        boolean isOfPolicy = part.made.kind() == Kind.SIGN_ON_POLICY || part.made.kind() == Kind.ACTION;
        String known = isOfPolicy || part.change.applicationName() == null ? part.change.policyName() : part.change.applicationName();
        String name = Hcl.identifier(known == null ? "" : known, isOfPolicy ? "policy" : "application");
        Integer line = part.change.line();
        return line == null ? name : "%s_line_%s".formatted(name, line.toString().replace('-', 'm'));
    }

    private Map<String, Object> application(Hcl hcl) {
        Map<String, String> unstated = new LinkedHashMap<>();
        Map<String, Object> members = take(OF_APPLICATION, found, DEFAULTS, unstated);
        putObject(members, "icon", take(List.of("id", "href"), found.path("icon"), Map.of(), unstated));
        found.at("/accessControl/role/type").stringValueOpt().ifPresent(role -> members.put("access_control_role_type", role));
        JsonNode group = found.at("/accessControl/group");
        if (group.isObject()) {
            members.put("access_control_group_options", Terraform.members("type", group.path("type").asString(""),
                "groups", ids(group.path("groups"))));
        }
        Map<String, Object> oidc = take(OF_OIDC, found, OIDC_DEFAULTS, unstated);
        putObject(oidc, "cors_settings", take(List.of("behavior", "origins"), found.path("corsSettings"), Map.of(), unstated));
        putId(oidc, "certificate_based_authentication", "key_id", found.at("/kerberos/key/id"));
        putId(oidc, "signing", "key_rotation_policy_id", found.at("/signing/keyRotationPolicy/id"));
        if (found.path("mobile").isObject()) {
            oidc.put("mobile_app", mobile(found.path("mobile"), unstated));
        }
        members.put("oidc_options", oidc);
        if (!unstated.isEmpty()) {
            hcl.comment("PingOne states nothing for the following. The provider sets its defaults, and plans that as a change:")
                .comment(unstated.entrySet().stream().map(one -> "  %s = %s".formatted(one.getKey(), one.getValue()))
                    .collect(Collectors.joining("\n")));
        }
        return members;
    }

    private static Map<String, Object> mobile(JsonNode mobile, Map<String, String> unstated) {
        Map<String, Object> members = take(OF_MOBILE, mobile, Map.of("passcode_grace_period", "5"), unstated);
        JsonNode refresh = mobile.at("/passcodeRefreshDuration/duration");
        if (refresh.isIntegralNumber()) {
            members.put("passcode_refresh_seconds", refresh.numberValue());
        } else {
            unstated.put("passcode_refresh_seconds", "30");
        }
        mobile.path("uriPrefix").stringValueOpt().ifPresent(prefix -> members.put("universal_app_link", prefix));
        JsonNode detection = mobile.path("integrityDetection");
        if (detection.isObject()) {
            Map<String, Object> integrity = Terraform.members("enabled", detection.path("mode").asString("").equals("ENABLED"));
            integrity.putAll(take(List.of("excluded_platforms"), detection, Map.of(), unstated));
            putObject(integrity, "cache_duration", take(List.of("amount", "units"), detection.path("cacheDuration"), Map.of(), unstated));
            members.put("integrity_detection", integrity);
        }
        return members;
    }

    private Map<String, Object> grant() {
        Map<String, Object> members = Terraform.members("application_id", reference(part.made.parentId()));
        boolean isCustom = part.resourceType.equals("CUSTOM");
        members.put("resource_type", part.resourceType.equals("PING_ONE_API") ? "PINGONE_API" : part.resourceType);
        if (isCustom) {
            members.put("custom_resource_id", found.at("/resource/id").asString(""));
        }
        members.put("scopes", ids(found.path("scopes")));
        return members;
    }

    private Map<String, Object> policy() {
        return take(List.of("name", "description"), found, Map.of(), new LinkedHashMap<>());
    }

    private Map<String, Object> action(Hcl hcl) {
        Map<String, Object> members = Terraform.members("sign_on_policy_id", reference(part.made.parentId()),
            "priority", found.path("priority").numberValue());
        Map<String, Object> mfa = Terraform.members("device_sign_on_policy_id", found.at("/deviceAuthenticationPolicy/id").asString(""));
        String mode = text("noDevicesMode");
        if (mode.isEmpty()) {
            hcl.comment("PingOne does not state what applies to users without a device. It stays so, where the provider would set BLOCK.");
            members.put("mfa", new Block(mfa));
            members.put("lifecycle", new Block(Terraform.members("ignore_changes", List.of(new Expression("mfa[0].no_device_mode")))));
        } else {
            mfa.put("no_device_mode", mode);
            members.put("mfa", new Block(mfa));
        }
        return members;
    }

    private Map<String, Object> assignment() {
        return Terraform.members("application_id", reference(part.made.parentId()),
            "sign_on_policy_id", reference(found.at("/signOnPolicy/id").asString("")), "priority", found.path("priority").numberValue());
    }

    /** A resource that is written here as well by its address, anything else by its id. */
    private Object reference(String id) {
        return addresses.containsKey(id) ? new Expression(addresses.get(id)) : id;
    }

    /** The attributes that PingOne states; of the others, those for which the provider has a default are noted. */
    private static Map<String, Object> take(List<String> attributes, JsonNode from, Map<String, String> defaults,
                                            Map<String, String> unstated) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (String attribute : attributes) {
            JsonNode value = from.path(member(attribute));
            if (value.isString()) {
                members.put(attribute, value.stringValue());
            } else if (value.isBoolean()) {
                members.put(attribute, value.booleanValue());
            } else if (value.isIntegralNumber()) {
                members.put(attribute, value.numberValue());
            } else if (value.isArray()) {
                members.put(attribute, texts(value));
            } else if (defaults.containsKey(attribute)) {
                unstated.put(attribute, defaults.get(attribute));
            }
        }
        return members;
    }

    /** {@code par_timeout} is {@code parTimeout}. */
    private static String member(String attribute) {
        return Pattern.compile("_(.)").matcher(attribute).replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
    }

    private static void putObject(Map<String, Object> members, String name, Map<String, Object> object) {
        if (!object.isEmpty()) {
            members.put(name, object);
        }
    }

    private static void putId(Map<String, Object> members, String name, String attribute, JsonNode id) {
        id.stringValueOpt().ifPresent(text -> members.put(name, Terraform.members(attribute, text)));
    }

    private static List<String> texts(JsonNode value) {
        return value.isString() ? List.of(value.stringValue())
            : StreamSupport.stream(value.spliterator(), false).filter(JsonNode::isString).map(JsonNode::stringValue).sorted().toList();
    }

    private static List<String> ids(JsonNode objects) {
        List<String> ids = new ArrayList<>();
        objects.forEach(object -> ids.add(object.path("id").asString("")));
        return ids.stream().sorted().toList();
    }

    private String text(String member) {
        return found.path(member).asString("");
    }

    private static Map<String, String> inOrder(String... members) {
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            all.put(members[i], members[i + 1]);
        }
        return all;
    }
}
