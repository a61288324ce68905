package org.signonflow.pingone;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kinds of objects created in an environment. An object lives in the environment itself or in an object of another kind. */
public enum Kind {

    APPLICATION("applications", "applicationId", null,
        (pingone, environment) -> pingone.listApplications().stream().map(Application::id)),
    GRANT("grants", "grantId", APPLICATION,
        (pingone, application) -> pingone.listGrants(application).stream().map(Grant::id)),
    SIGN_ON_POLICY("signOnPolicies", "policyId", null,
        (pingone, environment) -> pingone.listSignOnPolicies().stream().map(SignOnPolicy::id)),
    ACTION("actions", "actionId", SIGN_ON_POLICY,
        (pingone, policy) -> pingone.listActions(policy).stream().map(Action::id)),
    ASSIGNMENT("signOnPolicyAssignments", "assignmentId", APPLICATION,
        (pingone, application) -> pingone.listAssignments(application).stream().map(Assignment::id));

    private final String collection;
    private final String idName;
    private final Kind parent;
    private final BiFunction<PingOneClient, String, Stream<String>> ids;

    Kind(String collection, String idName, Kind parent, BiFunction<PingOneClient, String, Stream<String>> ids) {
        this.collection = collection;
        this.idName = idName;
        this.parent = parent;
        this.ids = ids;
    }

    /** The kind that it lives in; null for the environment. */
    public Kind parent() {
        return parent;
    }

    /**
     * Whether PingOne only removes it together with its parent: it keeps a policy's last action.
     *
     * @see <a href="https://developer.pingidentity.com/pingone-api/platform/sign-on-policies/sign-on-policy-actions.html">PingOne:
     *     actions</a>
     */
    public boolean goesWithItsParent() {
        return this == ACTION;
    }

    /**
     * The path segments of the collection, relative to the environment.
     *
     * @param parentId the parent; null for the environment
     * @throws IllegalArgumentException if a required id is not a UUID
     */
    List<String> path(String parentId) {
        return parent == null ? List.of(collection) : List.of(parent.collection, Ids.requireUuid(parentId, parent.idName), collection);
    }

    /** The path of one object. */
    List<String> path(String parentId, String id) {
        return Stream.concat(path(parentId).stream(), Stream.of(Ids.requireUuid(id, idName))).toList();
    }

    /**
     * The path of the collection, or of one object, relative to the environment, such as {@code /applications/<id>/grants}.
     *
     * @param parentId the parent; null for the environment
     * @param id       null for the collection
     */
    public String address(String parentId, String id) {
        Stream<String> segments = parent == null ? Stream.of(collection) : Stream.of(parent.collection, parentId, collection);
        return Stream.concat(segments, Stream.ofNullable(id)).collect(Collectors.joining("/", "/", ""));
    }

    /**
     * The ids of all objects in the collection.
     *
     * @param parentId the parent; null for the environment
     * @throws PingOneException as for the client's lists; {@linkplain PingOneException#isNotFound not found} if the parent does not exist
     */
    public List<String> ids(PingOneClient pingone, String parentId) {
        return ids.apply(pingone, parentId).toList();
    }
}
