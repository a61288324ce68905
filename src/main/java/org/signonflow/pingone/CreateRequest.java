package org.signonflow.pingone;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object to create in PingOne, as data: what {@link PingOneClient#create} sends and the journal records. None of the members sent is
 * secret. Use the factory methods.
 *
 * @param kind     what to create
 * @param parentId the object to create it in; null for the environment
 * @param members  the body
 */
public record CreateRequest(Kind kind, String parentId, ObjectNode members) {

    /** @throws IllegalArgumentException if the parent's id is not a UUID */
    public CreateRequest {
        kind.path(parentId);
    }

    /** A native application. PingOne accepts a second one with the same name. */
    public static CreateRequest of(NativeApplication application) {
        return new CreateRequest(Kind.APPLICATION, null, application.toJson());
    }

    /** A grant of scopes of one resource. PingOne allows one per resource and application. */
    public static CreateRequest grant(String applicationId, String resourceId, List<String> scopeIds) {
        ObjectNode members = Json.object();
        members.putObject("resource").put("id", Ids.requireUuid(resourceId, "resourceId"));
        ArrayNode scopes = members.putArray("scopes");
        scopeIds.forEach(scopeId -> scopes.addObject().put("id", Ids.requireUuid(scopeId, "scopeId")));
        return new CreateRequest(Kind.GRANT, applicationId, members);
    }

    /**
     * A sign-on policy, never the default one, which PingOne does not allow on create. Its name must be new.
     *
     * @param description may be null
     */
    public static CreateRequest signOnPolicy(String name, String description) {
        ObjectNode members = Json.object().put("name", name).put("default", false);
        Json.putIfPresent(members, "description", description);
        return new CreateRequest(Kind.SIGN_ON_POLICY, null, members);
    }

    /** An MFA action of a sign-on policy. PingOne accepts an identical second one. */
    public static CreateRequest of(String policyId, MfaAction action) {
        return new CreateRequest(Kind.ACTION, policyId, action.toJson());
    }

    /** An assignment of a sign-on policy to an application, which puts it into effect. */
    public static CreateRequest assignment(String applicationId, String policyId, int priority) {
        ObjectNode members = Json.object().put("priority", priority);
        members.putObject("signOnPolicy").put("id", Ids.requireUuid(policyId, "policyId"));
        return new CreateRequest(Kind.ASSIGNMENT, applicationId, members);
    }

    /** The ids of the objects without which it cannot be: its parent and, of an assignment, the policy. */
    public List<String> needs() {
        return Stream.of(parentId, members.at("/signOnPolicy/id").stringValue(null)).filter(Objects::nonNull).toList();
    }

    /** The members as JSON. */
    public String json() {
        return members.toString();
    }
}
