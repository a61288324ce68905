package org.signonflow.security.setup;

import org.signonflow.security.SingleSignOn;
import org.springframework.boot.security.oauth2.client.autoconfigure.OAuth2ClientProperties;

import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Refuses settings for single sign-on that are only half there, or that would let in whoever should stay out. */
final class SignOnCheck {

    private static final String CLIENTS = "spring.security.oauth2.client.registration";
    private static final Set<String> WITHOUT_SECRET = Set.of("none", "private_key_jwt");
    private static final int LONGEST_ISSUER = 1000;

    private SignOnCheck() {
    }

    /** @throws StartupRefused with what is wrong */
    static void check(SingleSignOn signOn) {
        SingleSignOn.Settings settings = signOn.settings();
        if (!signOn.isOn()) {
            refuseIf(settings.breakGlass() != null || settings.audience() != null,
                "signonflow.login.%s is set, but no identity provider.".formatted(settings.audience() == null ? "break-glass" : "audience"),
                "Set the client below %s, or remove it: without a provider, all users have passwords.".formatted(CLIENTS));
            return;
        }
        Map<String, OAuth2ClientProperties.Registration> clients = signOn.clients().getRegistration();
        refuseIf(clients.size() > 1, "%s has more than one client: %s.".formatted(CLIENTS, new TreeSet<>(clients.keySet())),
            "Keep one: people are known by what one provider calls them.");
        String prefix = CLIENTS + "." + signOn.client() + ".";
        OAuth2ClientProperties.Registration client = clients.get(signOn.client());
        refuseIf(isBlank(client.getClientId()), prefix + "client-id is missing.", "Set it to the id that the provider gave the client.");
        refuseIf(isBlank(client.getClientSecret()) && !WITHOUT_SECRET.contains(String.valueOf(client.getClientAuthenticationMethod())),
            prefix + "client-secret is missing.", "Set it, or client-authentication-method to none if the client has no secret.");
        refuseIf(client.getAuthorizationGrantType() != null && !client.getAuthorizationGrantType().equals("authorization_code"),
            prefix + "authorization-grant-type must be authorization_code.", "Remove it: this is the default.");
        refuseIf(client.getScope() == null || !client.getScope().contains("openid"), prefix + "scope must contain openid.",
            "Set it to openid,profile and whatever scope brings the claim with the groups.");
        String issuer = issuer(signOn);
        refuseIf(isBlank(issuer), issuerSetting(signOn) + " is missing.",
            "Set it to the address below which the provider has /.well-known/openid-configuration.");
        refuseIf(!isUrl(issuer), issuerSetting(signOn) + " must be an http or https URL.",
            "Set it to the address below which the provider has /.well-known/openid-configuration.");
        OAuth2ClientProperties.Provider own = signOn.clients().getProvider().get(provider(signOn));
        refuseIf(own != null && own.getUserNameAttribute() != null && !own.getUserNameAttribute().equals("sub"),
            "spring.security.oauth2.client.provider.%s.user-name-attribute must be sub.".formatted(provider(signOn)),
            "Remove it: people are known by the subject of their tokens, which neither they nor anyone else can choose.");
        refuseIf(isBlank(settings.groupsClaim()), "signonflow.login.groups-claim is missing.",
            "Set it to the claim in which the provider says who is in which group, such as its default, groups.");
        settings.groups().forEach((group, names) -> {
            refuseIf(!groups().contains(group), "signonflow.login.groups.%s is not one of the groups here.".formatted(group),
                "The groups are %s.".formatted(String.join(", ", groups())));
            refuseIf(names.isEmpty() || names.stream().anyMatch(SignOnCheck::isBlank),
                "signonflow.login.groups.%s has a blank name.".formatted(group), "Set it to what the provider calls that group.");
        });
        refuseIf(client.getClientId().equals(settings.audience()), "signonflow.login.audience is the client's own id.",
            "Set it to that of an API at the provider: otherwise an identity token, which is only for the login, would be good for REST.");
    }

    static String issuerSetting(SingleSignOn signOn) {
        return "spring.security.oauth2.client.provider.%s.issuer-uri".formatted(provider(signOn));
    }

    /** May be null. */
    static String issuer(SingleSignOn signOn) {
        OAuth2ClientProperties.Provider provider = signOn.clients().getProvider().get(provider(signOn));
        return provider == null ? null : provider.getIssuerUri();
    }

    /** What else is set of the provider's addresses, by setting. */
    static Map<String, String> addresses(SingleSignOn signOn) {
        OAuth2ClientProperties.Provider own = signOn.clients().getProvider().get(provider(signOn));
        Map<String, String> addresses = new TreeMap<>();
        if (own != null) {
            addresses.put("authorization-uri", own.getAuthorizationUri());
            addresses.put("token-uri", own.getTokenUri());
            addresses.put("user-info-uri", own.getUserInfoUri());
            addresses.put("jwk-set-uri", own.getJwkSetUri());
            addresses.values().removeIf(Objects::isNull);
        }
        return addresses;
    }

    private static String provider(SingleSignOn signOn) {
        String named = signOn.clients().getRegistration().get(signOn.client()).getProvider();
        return named == null ? signOn.client() : named;
    }

    private static Collection<String> groups() {
        return List.of(Roles.REQUESTERS, Roles.APPROVERS, Roles.OPERATORS, Roles.ADMINISTRATORS);
    }

    private static boolean isBlank(String text) {
        return text == null || text.isBlank();
    }

    private static boolean isUrl(String text) {
        try {
            URI url = new URI(text);
            return url.getHost() != null && text.length() <= LONGEST_ISSUER && List.of("http", "https").contains(url.getScheme());
        } catch (java.net.URISyntaxException wrong) {
            return false;
        }
    }

    private static void refuseIf(boolean isWrong, String sentence, String action) {
        if (isWrong) {
            throw new StartupRefused(sentence, action);
        }
    }
}
