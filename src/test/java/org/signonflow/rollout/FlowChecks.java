package org.signonflow.rollout;

import java.util.Map;
import java.util.Optional;

/** Checks after the manner of the flows, of which this room knows nothing. */
final class FlowChecks implements RowCheck {

    private static final Map<String, String> FALLBACKS = Map.of("environment", "sandbox", "assignmentPriority", "1");

    @Override
    public Optional<String> problem(String variable, String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("must not contain line breaks or other control characters.");
        }
        String allowed = switch (variable) {
            case "environment" -> "sandbox|production";
            case "policyName" -> "[a-zA-Z0-9_.-]+";
            case "applicationId", "deviceAuthenticationPolicyId" -> "[0-9a-f-]{36}";
            case "assignmentPriority" -> "0*[1-9][0-9]{0,8}(\\.0+)?";
            default -> ".*";
        };
        return text.matches(allowed) ? Optional.empty() : Optional.of("must be " + allowed + ".");
    }

    @Override
    public Optional<String> lineProblem(String text, int longest) {
        return text.length() > longest ? Optional.of("must have at most %d characters.".formatted(longest)) : problem("name", text);
    }

    @Override
    public Optional<String> fallback(String variable, boolean newApplication) {
        return Optional.ofNullable(switch (variable) {
            case "scopes" -> newApplication ? "profile" : null;
            case "authenticators" -> newApplication ? "authenticator" : "sms,email";
            default -> FALLBACKS.get(variable);
        });
    }
}
