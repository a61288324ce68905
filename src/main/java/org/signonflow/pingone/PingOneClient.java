package org.signonflow.pingone;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import tools.jackson.databind.JsonNode;

/**
 * The calls of the PingOne management API needed by the two workflows, their undo and the settlement of lost replies. Each method makes one
 * call, sent at most once, with two harmless exceptions: a 401 means that nothing was carried out, so the call is repeated once with a
 * fresh token; and a list is read page by page, starting over if a later page is refused.
 *
 * <p>Every method throws {@link PingOneException} if the call did not succeed; its {@code outcome()} says what that means. A reply to a
 * create that cannot be parsed, or has no usable id, leaves the outcome {@code UNKNOWN}. Every method throws {@link
 * IllegalArgumentException}, before anything is sent, if an id that goes into a path is not a UUID.
 *
 * <p>Thread-safe.
 *
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/">PingOne API: platform</a>
 */
public final class PingOneClient {

    private static final MediaType JSON = MediaType.get("application/json");
    private static final int MOST_PAGES = 100;
    private static final int MOST_BEGINNINGS = 3;
    private static final int LONGEST_TRANSACTION_ID = 100;

    private final PingOneHttp http;
    private final PingOneEnvironment environment;
    private final WorkerToken token;
    private final HttpUrl root;
    private final String transactionId;
    private final BooleanSupplier maySend;
    private final AtomicInteger callsSent = new AtomicInteger();
    private volatile Answer lastAnswer;

    /** A client of one environment; it asks for a token when it first needs one. */
    public PingOneClient(PingOneHttp http, PingOneEnvironment environment) {
        this(http, environment, Clock.systemUTC());
    }

    PingOneClient(PingOneHttp http, PingOneEnvironment environment, Clock clock) {
        this(http, environment, new WorkerToken(http, environment, clock), null, () -> true);
    }

    private PingOneClient(PingOneHttp http, PingOneEnvironment environment, WorkerToken token, String transactionId,
                          BooleanSupplier maySend) {
        this.http = http;
        this.environment = environment;
        this.token = token;
        this.root = HttpUrl.get(environment.apiUrl()).newBuilder()
            .addPathSegments("v1/environments").addPathSegment(environment.environmentId()).build();
        this.transactionId = transactionId;
        this.maySend = maySend;
    }

    /**
     * A view of this client whose calls carry the id as {@code X-Ping-External-Transaction-ID}, which correlates PingOne's audit log with
     * ours. Characters other than letters, digits, dot, underscore and hyphen become hyphens, and it is truncated to 100. Null or blank
     * sends none. Token requests carry none, since a token belongs to no single transaction.
     *
     * @see <a href="https://developer.pingidentity.com/pingone-api/foundations/headers.html">PingOne API: headers</a>
     */
    public PingOneClient withTransaction(String externalTransactionId) {
        if (externalTransactionId == null || externalTransactionId.isBlank()) {
            return new PingOneClient(http, environment, token, null, maySend);
        }
        String clean = externalTransactionId.replaceAll("[^A-Za-z0-9._-]", "-");
        return new PingOneClient(http, environment, token, clean.substring(0, Math.min(clean.length(), LONGEST_TRANSACTION_ID)),
            maySend);
    }

    /**
     * A view of this client that checks before each request whether it may be sent. If not, the call fails with {@code NOT_NOW}, to be
     * repeated at once.
     *
     * @param maySend whether there is time for a request, which may take the call timeout
     */
    public PingOneClient whileThereIsTime(BooleanSupplier maySend) {
        return new PingOneClient(http, environment, token, transactionId, maySend);
    }

    /** The last complete reply to a call of this view, for the record; empty before the first. Meaningless if threads share the view. */
    public Optional<Answer> lastAnswer() {
        return Optional.ofNullable(lastAnswer);
    }

    /** How many requests this view has sent to the management API, including pages and repetitions but not token requests. */
    public int callsSent() {
        return callsSent.get();
    }

    /** Reads the managed environment: the cheapest proof that host, credentials and environment id belong together. */
    public Environment readEnvironment() {
        return read(Environment::from, List.of());
    }

    /** Returns if the managed environment can be read with the worker's credentials, for a status page. */
    public void checkReachable() {
        readEnvironment();
    }

    /**
     * Creates an object.
     *
     * @return its id
     */
    public String create(CreateRequest request) {
        return create(request, Json::id);
    }

    /**
     * Deletes an object with everything in it; {@link PingOneException#isNotFound} if it is already gone.
     *
     * @param parentId the parent; null for the environment
     */
    public void delete(Kind kind, String parentId, String id) {
        delete(kind.path(parentId, id));
    }

    /**
     * Reads an object with all its members, as PingOne has them; {@link PingOneException#isNotFound} if there is none.
     *
     * @param parentId the parent; null for the environment
     */
    public JsonNode read(Kind kind, String parentId, String id) {
        return read(json -> json, kind.path(parentId, id));
    }

    /**
     * Reads a collection, and returns those objects whose ids are wanted, with all their members, as PingOne has them.
     *
     * @param parentId the parent; null for the environment
     */
    public List<JsonNode> list(Kind kind, String parentId, Predicate<String> wanted) {
        return list(json -> wanted.test(Json.id(json)) ? json : null, kind, parentId).stream().filter(Objects::nonNull).toList();
    }

    /** Creates a native application (step 1 of the workflow). PingOne accepts a second one with the same name. */
    public Application createApplication(NativeApplication application) {
        return create(CreateRequest.of(application), Application::from);
    }

    /** Reads one application; {@link PingOneException#isNotFound} if there is none. */
    public Application readApplication(String applicationId) {
        return read(Application::from, Kind.APPLICATION.path(null, applicationId));
    }

    /** Reads all applications; PingOne cannot search them by name. */
    public List<Application> listApplications() {
        return list(Application::from, Kind.APPLICATION, null);
    }

    /** Reads all resources (step 2), including {@code openid}. */
    public List<Resource> listResources() {
        return list("resources", Resource::from, List.of("resources"));
    }

    /** Reads the scopes of a resource (step 3). */
    public List<Scope> listScopes(String resourceId) {
        return list("scopes", Scope::from, List.of("resources", id(resourceId, "resourceId"), "scopes"));
    }

    /** Grants an application scopes of one resource (step 4). PingOne allows one grant per resource and application. */
    public Grant createGrant(String applicationId, String resourceId, List<String> scopeIds) {
        return create(CreateRequest.grant(applicationId, resourceId, scopeIds), Grant::from);
    }

    /** Reads the grants of an application. */
    public List<Grant> listGrants(String applicationId) {
        return list(Grant::from, Kind.GRANT, applicationId);
    }

    /** Creates a sign-on policy (step 5), never as the default, which PingOne does not allow on create. Its name must be new. */
    public SignOnPolicy createSignOnPolicy(String name, String description) {
        return create(CreateRequest.signOnPolicy(name, description), SignOnPolicy::from);
    }

    /** Reads one sign-on policy; {@link PingOneException#isNotFound} if there is none. */
    public SignOnPolicy readSignOnPolicy(String policyId) {
        return read(SignOnPolicy::from, Kind.SIGN_ON_POLICY.path(null, policyId));
    }

    /** Reads all sign-on policies; PingOne cannot search them by name. */
    public List<SignOnPolicy> listSignOnPolicies() {
        return list(SignOnPolicy::from, Kind.SIGN_ON_POLICY, null);
    }

    /** Adds an MFA action to a sign-on policy (step 6). PingOne accepts an identical second one. */
    public Action createAction(String policyId, MfaAction action) {
        return create(CreateRequest.of(policyId, action), Action::from);
    }

    /**
     * Reads the actions of a sign-on policy. They are not deleted individually: PingOne keeps the last one, and removes them with the
     * policy.
     */
    public List<Action> listActions(String policyId) {
        return list(Action::from, Kind.ACTION, policyId);
    }

    /** Assigns a sign-on policy to an application (step 7), which puts it into effect. */
    public Assignment createAssignment(String applicationId, String policyId, int priority) {
        return create(CreateRequest.assignment(applicationId, policyId, priority), Assignment::from);
    }

    /** Reads the sign-on policy assignments of an application. */
    public List<Assignment> listAssignments(String applicationId) {
        return list(Assignment::from, Kind.ASSIGNMENT, applicationId);
    }

    /** The id of the managed environment. */
    public String environmentId() {
        return environment.environmentId();
    }

    /** Names the environment, and no secret. */
    @Override
    public String toString() {
        return "PingOneClient[" + environment.alias() + "]";
    }

    private static String id(String value, String name) {
        return Ids.requireUuid(value, name);
    }

    private <T> T create(CreateRequest request, Json.Reader<T> reader) {
        return new Call("POST", request.kind().path(request.parentId()), Json.write(request.members())).read(reader);
    }

    private <T> T read(Json.Reader<T> reader, List<String> path) {
        return new Call("GET", path, null).read(reader);
    }

    /** PingOne confirms only with 204; any other success comes from something in between, such as a proxy's page. */
    private void delete(List<String> path) {
        Call call = new Call("DELETE", path, null);
        Reply reply = call.reply();
        if (reply.status() != 204) {
            throw call.failure(PingOneException.Outcome.UNKNOWN, reply,
                PingOneError.of("HTTP status " + reply.status() + " instead of 204, which confirms a deletion"));
        }
    }

    private <T> List<T> list(Json.Reader<T> reader, Kind kind, String parentId) {
        List<String> path = kind.path(parentId);
        return list(path.get(path.size() - 1), reader, path);
    }

    /** Follows a collection's links as PingOne gives them, but never to another server, which would get the token. */
    private <T> List<T> list(String collection, Json.Reader<T> reader, List<String> path) {
        List<T> items = new ArrayList<>();
        Set<HttpUrl> seen = new HashSet<>();
        HttpUrl next = url(path);
        int begun = 1;
        while (next != null) {
            HttpUrl page = next;
            seen.add(page);
            try {
                next = new Call("GET", path, page, null).read(json -> {
                    for (JsonNode item : itemsOf(json, collection)) {
                        items.add(reader.read(item));
                    }
                    return nextOf(json, seen);
                });
            } catch (PingOneException failure) {
                if (failure.status() != 400 || seen.size() == 1 || begun++ == MOST_BEGINNINGS) {
                    throw failure;
                }
                // The object that the page's cursor refers to has been deleted since.
                items.clear();
                seen.clear();
                next = url(path);
            }
        }
        return items;
    }

    /**
     * A page without its collection counts as empty only if it says so: mistaking a stray reply for an empty list would create duplicates.
     */
    private static JsonNode itemsOf(JsonNode json, String collection) throws Json.UnusableException {
        JsonNode items = json.path("_embedded").path(collection);
        if (items.isArray()) {
            return items;
        }
        boolean saysEmpty = json.has("size") || json.has("count")
            ? json.path("size").asInt(0) == 0 && json.path("count").asInt(0) == 0
            : json.path("_links").isObject();
        if (items.isMissingNode() && saysEmpty) {
            return Json.object();
        }
        throw new Json.UnusableException("the reply is not a list of " + collection);
    }

    private HttpUrl nextOf(JsonNode json, Set<HttpUrl> seen) throws Json.UnusableException {
        JsonNode link = json.path("_links").path("next");
        if (link.isMissingNode() || link.isNull()) {
            return null;
        }
        String href = Json.text(link, "href");
        HttpUrl next = href == null ? null : HttpUrl.parse(href);
        if (next == null || !next.scheme().equals(root.scheme()) || !next.host().equals(root.host()) || next.port() != root.port()) {
            throw new Json.UnusableException("the list continues on a server other than " + root.scheme() + "://" + root.host() + ":"
                + root.port() + ", which is not followed");
        }
        if (seen.contains(next)) {
            throw new Json.UnusableException("the list's pages form a loop");
        }
        if (seen.size() >= MOST_PAGES) {
            throw new Json.UnusableException("the list has more than " + MOST_PAGES + " pages");
        }
        return next;
    }

    private HttpUrl url(List<String> path) {
        HttpUrl.Builder url = root.newBuilder();
        for (String segment : path) {
            url.addPathSegment(segment);
        }
        return url.build();
    }

    /** One call and its result. */
    private final class Call {
        private final String method;
        private final Route route;
        private final HttpUrl url;
        private final byte[] body;
        private String bearer;

        Call(String method, List<String> path, byte[] body) {
            this(method, path, url(path), body);
        }

        /** @param path that the URL continues: what PingOne links to may look like anything */
        Call(String method, List<String> path, HttpUrl url, byte[] body) {
            this.method = method;
            this.route = Route.of(method, path);
            this.url = url;
            this.body = body;
        }

        Reply reply() {
            Reply reply = send(null);
            if (reply.status() == 401) {
                reply = send(bearer);
            }
            if (!reply.isSuccess()) {
                PingOneError error = PingOneError.parse(reply, token.secrets(bearer));
                throw failure(PingOneException.Outcome.of(reply, error.code()), reply, error);
            }
            lastAnswer = new Answer(reply.status(), Text.clean(reply.correlationId(), 100), reply.headers().getInstant("Date"));
            return reply;
        }

        <T> T read(Json.Reader<T> reader) {
            Reply reply = reply();
            try {
                return reader.read(reply.json());
            } catch (Json.UnusableException e) {
                throw failure(PingOneException.Outcome.UNKNOWN, reply, PingOneError.of(e.getMessage()));
            }
        }

        private Reply send(String refused) {
            requireTime();
            bearer = token.value(refused);
            requireTime();
            Request.Builder request = new Request.Builder().url(url)
                .header("Authorization", "Bearer " + bearer)
                .method(method, body == null ? null : RequestBody.create(body, JSON));
            if (transactionId != null) {
                request.header("X-Ping-External-Transaction-ID", transactionId);
            }
            Reply reply = http.send(environment.alias(), route, request.build());
            if (reply.sent()) {
                callsSent.incrementAndGet();
            }
            return reply;
        }

        private void requireTime() {
            if (!maySend.getAsBoolean()) {
                throw new PingOneException(PingOneException.Outcome.NOT_NOW, method, url.encodedPath(), 0,
                    PingOneError.of("it was not sent because earlier calls took too long"), null, Instant.now(), null);
            }
        }

        private PingOneException failure(PingOneException.Outcome outcome, Reply reply, PingOneError error) {
            return new PingOneException(outcome, method, url.encodedPath(), reply.status(), error,
                Text.clean(reply.correlationId(), 100, token.secrets(bearer)), reply.notBefore(Instant.now()), reply.cause(),
                Missing.of(reply.status(), error, url, body));
        }
    }
}
