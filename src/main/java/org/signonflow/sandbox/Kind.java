package org.signonflow.sandbox;

import static org.signonflow.sandbox.Member.choice;
import static org.signonflow.sandbox.Member.flag;
import static org.signonflow.sandbox.Member.list;
import static org.signonflow.sandbox.Member.object;
import static org.signonflow.sandbox.Member.text;
import static org.signonflow.sandbox.Member.whole;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The collections, and the rules for their objects that do not depend on other objects. */
enum Kind {

    APPLICATIONS("applications", "application", null, List.of("grants"), true, Traits.OPEN | Traits.TIMESTAMPS, application()),

    RESOURCES("resources", "resource", null, List.of("scopes"), true, Traits.TIMESTAMPS, new Member[] {
        // "PingOne API reference, Update Resource" changes it; the data model's table calls it immutable.
        text("name").required().unique(),
        choice("type", "CUSTOM", "OPENID_CONNECT", "PINGONE_API", "PING_ONE_API"),
        text("description"),
        text("audience"),
        whole("accessTokenValiditySeconds", 300, 2_592_000),
        choice("introspectEndpointAuthMethod", "NONE", "CLIENT_SECRET_BASIC", "CLIENT_SECRET_POST"),
        flag("applicationPermissionsSettings.claimEnabled"),
        text("clientId"),
    }),

    SCOPES("scopes", "scope", RESOURCES, List.of(), false, Traits.TIMESTAMPS, new Member[] {
        text("name").required().unique(),
        text("description"),
        text("schemaAttributes[]"),
        text("mappedClaims[]"),
    }),

    GRANTS("grants", "grant", APPLICATIONS, List.of(), false, Traits.TIMESTAMPS, new Member[] {
        object("resource").required(),
        text("resource.id").required(),
        list("scopes").required(),
        text("scopes[].id").required(),
    }),

    SIGN_ON_POLICIES("signOnPolicies", "signOnPolicy", null, List.of("actions"), false, Traits.TIMESTAMPS | Traits.EXACT, new Member[] {
        // "PingOne API reference, Sign-on policies": letters, digits, underscore, hyphen, period, or an absolute URI. Older: spaces, too.
        text("name").required().unique().matching("(^[a-zA-Z0-9_.-]+$)|(^(.+:\\/\\/)[^ :]+$)"),
        text("description"),
        flag("default"),
    }),

    ACTIONS("actions", "action", SIGN_ON_POLICIES, List.of(), false, Traits.OPEN | Traits.EXACT, action()),

    ASSIGNMENTS("signOnPolicyAssignments", "signOnPolicyAssignment", APPLICATIONS, List.of(), false, Traits.EXACT, new Member[] {
        whole("priority", 1, Integer.MAX_VALUE).required(),
        object("signOnPolicy").required(),
        text("signOnPolicy.id").required(),
    }),

    DEVICE_POLICIES("deviceAuthenticationPolicies", "deviceAuthenticationPolicy", null, List.of(), false, Traits.OPEN, new Member[] {
        text("name").required().unique(),
        flag("default"),
        flag("forSignOnPolicy"),
    }),

    POPULATIONS("populations", "population", null, List.of(), false, Traits.OPEN | Traits.TIMESTAMPS, new Member[] {
        text("name").required().unique(),
        text("description"),
        flag("default"),
    }),

    GROUPS("groups", "group", null, List.of(), false, Traits.OPEN | Traits.TIMESTAMPS, new Member[] {
        text("name").required(),
        text("description"),
        text("externalId"),
        text("population.id").required(),
        text("userFilter"),
        object("customData"),
    }),

    IDENTITY_PROVIDERS("identityProviders", "identityProvider", null, List.of(), false, Traits.OPEN | Traits.TIMESTAMPS,
            new Member[] {
        text("name").required(),
        choice("type", "FACEBOOK", "GOOGLE", "LINKEDIN", "LINKEDIN_OIDC", "APPLE", "TWITTER", "AMAZON", "YAHOO", "MICROSOFT", "PAYPAL",
                "GITHUB", "OPENID_CONNECT", "SAML").required().immutable(),
        text("description"),
        flag("enabled"),
        text("icon.id").required(),
        text("icon.href").required(),
        text("registration.population.id").required(),
    }),

    AGREEMENTS("agreements", "agreement", null, List.of("languages"), false, 0, new Member[] {
        text("name").required().unique(),
        text("description"),
        flag("enabled").required(),
        whole("reconsentPeriodDays", 1, Integer.MAX_VALUE),
    }),

    AGREEMENT_LANGUAGES("languages", "language", AGREEMENTS, List.of(), false, 0, new Member[] {
        text("displayName").required(),
        text("locale").required().unique(),
        flag("enabled").required(),
        object("userExperience"),
    }),

    /** Uploaded as they are, and never listed. */
    IMAGES("images", "image", null, List.of(), false, 0, new Member[] {
        object("targets"),
    });

    /** The name of the collection in paths and lists. */
    final String collection;
    /** The name by which others refer to one of them. */
    final String reference;
    /** The kind that these belong to, or null for the environment itself. */
    final Kind parent;
    /** The sub-collections to which an object links. */
    final List<String> below;
    /** Whether an object can have a client secret. */
    final boolean secretive;
    final List<Member> members;
    private final int traits;

    Kind(String collection, String reference, Kind parent, List<String> below, boolean secretive, int traits, Member[] members) {
        this.collection = collection;
        this.reference = reference;
        this.parent = parent;
        this.below = below;
        this.secretive = secretive;
        this.traits = traits;
        this.members = List.of(members);
    }

    /** The collection of this name below the given parent, or null. */
    static Kind of(Kind parent, String collection) {
        return Arrays.stream(values()).filter(kind -> kind.parent == parent && kind.collection.equals(collection)).findAny().orElse(null);
    }

    /** Whether members without a rule are kept: these objects have far more members than matter here. */
    boolean keeps(String member) {
        return (traits & Traits.OPEN) != 0 || members.stream().anyMatch(known -> known.root().equals(member));
    }

    /** Whether {@code createdAt} and {@code updatedAt} are shown. */
    boolean timestamped() {
        return (traits & Traits.TIMESTAMPS) != 0;
    }

    /** Whether a fraction is refused where a whole number is expected. */
    boolean exactNumbers() {
        return (traits & Traits.EXACT) != 0;
    }

    /** As messages call one of them. */
    String words() {
        return reference.replaceAll("(?=[A-Z])", " ").replace("sign On", "sign-on").toLowerCase(Locale.ROOT);
    }

    private static final class Traits {
        static final int OPEN = 1;
        static final int TIMESTAMPS = 2;
        static final int EXACT = 4;
    }

    /** "PingOne API reference, Applications" and "Applications OIDC settings data model". */
    private static Member[] application() {
        return new Member[] {
            text("name").required(),
            choice("type", "WEB_APP", "NATIVE_APP", "SINGLE_PAGE_APP", "WORKER", "SERVICE", "CUSTOM_APP", "PING_ONE_SELF_SERVICE",
                    "PING_ONE_ADMIN_CONSOLE", "PING_ONE_PORTAL", "TEMPLATE_APP", "PORTAL_LINK_APP").required().immutable(),
            choice("protocol", "OPENID_CONNECT", "SAML", "WS_FED", "EXTERNAL_LINK").required().immutable(),
            flag("enabled"),
            text("description"),
            text("homePageUrl"),
            text("loginPageUrl"),
            text("externalId"),
            flag("hiddenFromAppPortal"),
            text("icon.id").required(),
            text("icon.href").required(),
            choice("accessControl.role.type", "ADMIN_USERS_ONLY"),
            choice("accessControl.group.type", "ANY_GROUP", "ALL_GROUPS").required(),
            list("accessControl.group.groups").required(),
            text("accessControl.group.groups[].id").required(),
            choice("grantTypes[]", "AUTHORIZATION_CODE", "IMPLICIT", "REFRESH_TOKEN", "CLIENT_CREDENTIALS", "DEVICE_CODE", "TOKEN_EXCHANGE",
                    "CIBA"),
            choice("responseTypes[]", "TOKEN", "ID_TOKEN", "CODE"),
            choice("tokenEndpointAuthMethod", "NONE", "CLIENT_SECRET_BASIC", "CLIENT_SECRET_POST", "PRIVATE_KEY_JWT", "CLIENT_SECRET_JWT"),
            choice("pkceEnforcement", "OPTIONAL", "REQUIRED", "S256_REQUIRED"),
            text("redirectUris[]"),
            text("postLogoutRedirectUris[]"),
            text("clientId").matching(".{8,}").unique(),
            text("bundleId"),
            text("packageName"),
            // Of the API's own words, by the Terraform provider's change log: "Once specified, refreshTokenDuration cannot be nullified".
            whole("refreshTokenDuration", 60, Integer.MAX_VALUE).lasting(),
            whole("refreshTokenRollingDuration", 60, Integer.MAX_VALUE).lasting(),
            whole("refreshTokenRollingGracePeriodDuration", 0, 86_400),
            choice("refreshTokenType", "JSON_WEB_TOKEN", "OPAQUE_TOKEN"),
            flag("additionalRefreshTokenReplayProtectionEnabled"),
            whole("deviceTimeout", 1, 3600),
            whole("devicePollingInterval", 1, 60),
            text("devicePathId").matching("^[a-zA-Z0-9_-]{1,50}$").unique(),
            choice("parRequirement", "OPTIONAL", "REQUIRED"),
            whole("parTimeout", 1, 600),
            choice("corsSettings.behavior", "ALLOW_NO_ORIGINS", "ALLOW_SPECIFIC_ORIGINS").required(),
            text("corsSettings.origins[]"),
            flag("assignActorRoles"),
            flag("idpSignoff"),
            flag("opSessionCheckEnabled"),
            flag("requestScopesForMultipleResourcesEnabled"),
            flag("allowWildcardInRedirectUris"),
            flag("includeX5t"),
            flag("includeTyp"),
            flag("requireSignedRequestObject"),
            flag("supportUnsignedRequestObject"),
            text("jwks"),
            text("jwksUrl").matching("https://.+"),
            text("mobile.bundleId").unique().immutable(),
            text("mobile.packageName").unique().immutable(),
            text("mobile.huaweiAppId").unique().immutable(),
            text("mobile.huaweiPackageName").unique().immutable(),
            whole("mobile.passcodeGracePeriod", 1, 10),
            whole("mobile.passcodeRefreshDuration.duration", 30, 60).required(),
            choice("mobile.passcodeRefreshDuration.timeUnit", "SECONDS").required(),
            choice("mobile.integrityDetection.mode", "ENABLED", "DISABLED"),
            choice("mobile.integrityDetection.excludedPlatforms[]", "GOOGLE", "IOS"),
            whole("mobile.integrityDetection.cacheDuration.amount", 1, 2880).required(),
            choice("mobile.integrityDetection.cacheDuration.units", "MINUTES", "HOURS").required(),
            choice("mobile.integrityDetection.googlePlay.verificationType", "GOOGLE", "INTERNAL"),
            choice("mobile.push.numberMatching.type", "SELECT_NUMBER", "ENTER_MANUALLY"),
        };
    }

    /** "PingOne API reference, Sign-on policy actions". */
    private static Member[] action() {
        Stream<Member> devices = Stream.of("authenticator", "boundBiometrics", "email", "securityKey", "sms", "voice", "recovery")
                .map(device -> flag(device + ".enabled"));
        return Stream.concat(devices, Stream.of(
            whole("priority", 1, Integer.MAX_VALUE).required(),
            choice("type", "LOGIN", "MULTI_FACTOR_AUTHENTICATION", "IDENTIFIER_FIRST", "IDENTITY_PROVIDER", "PROGRESSIVE_PROFILING",
                    "AGREEMENT", "PINGID_WINLOGIN_PASSWORDLESS_AUTHENTICATION", "PINGID_AUTHENTICATION").required(),
            object("condition"),
            text("applications[].id").required(),
            flag("applications[].autoEnrollment.enabled"),
            flag("applications[].deviceAuthorization.enabled"),
            choice("applications[].deviceAuthorization.extraVerification", "disabled", "permissive", "restrictive"),
            text("deviceAuthenticationPolicy.id").required(),
            choice("noDevicesMode", "BYPASS", "BLOCK"),
            flag("registration.enabled").required(),
            flag("registration.confirmIdentityProviderAttributes"),
            text("socialProviders[].id").required(),
            flag("enforceLockoutForIdentityProviders"))).toArray(Member[]::new);
    }
}
