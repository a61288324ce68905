package org.signonflow.terraform;

import org.signonflow.terraform.Hcl.Block;
import org.signonflow.change.Change;
import org.signonflow.change.Changes;
import org.signonflow.change.PlainText;
import org.signonflow.journal.CreatedObject;
import org.signonflow.journal.Entry;
import org.signonflow.journal.Journal;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneException;
import org.signonflow.pingone.Resource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What changes have created in PingOne, as it is there now, for Terraform to take over: a resource and an import for each object. What a
 * change did not create is only referred to, by its id.
 *
 * @see <a href="https://github.com/pingidentity/terraform-provider-pingone/tree/v1.21.0/docs">Terraform: the provider pingidentity/pingone</a>
 */
@Component
public class Terraform {

    /** From here on, a list of them all takes fewer calls than one for each. */
    private static final int MANY = 10;

    private final Journal journal;
    private final Changes changes;
    private final Clock clock;

    Terraform(Journal journal, Changes changes, Clock clock) {
        this.journal = journal;
        this.changes = changes;
        this.clock = clock;
    }

    /** How PingOne is read. */
    public interface Access {

        /** The client of an environment. */
        PingOneClient client(String alias);

        /** Says what is about to be read, for whoever has to be told that it failed. */
        void reading(String what);
    }

    /** Whether anything of the change is left to be taken over. */
    public boolean hasAny(Change change) {
        return journal.remaining(changes.instancesOf(change.id())).stream()
            .anyMatch(made -> made.kind() == null || !made.kind().goesWithItsParent());
    }

    /**
     * Reads PingOne, and writes what is there.
     *
     * @param title   what the changes are, on one line or several
     * @param exported completed changes
     * @throws PingOneException if PingOne could not be read
     */
    public String of(String title, List<Change> exported, Access access) {
        List<Part> parts = exported.stream().flatMap(this::parts).toList();
        Map<String, String> environments = environments(parts, access);
        read(parts, access);
        Hcl hcl = new Hcl().comment(title).comment("""
            As PingOne had it at %s.
            terraform plan says that each resource is imported and nothing changes, unless a comment here says otherwise.
            It needs a directory of its own, and the provider's settings, such as PINGONE_CLIENT_ID, PINGONE_CLIENT_SECRET,
            PINGONE_ENVIRONMENT_ID and PINGONE_REGION_CODE.""".formatted(clock.instant().truncatedTo(ChronoUnit.SECONDS)))
            .blankLine()
            .block("terraform", members("required_version", ">= 1.6", "required_providers", new Block(members("pingone",
                members("source", "pingidentity/pingone", "version", "~> 1.21")))))
            .blankLine();
        Map<String, Object> locals = new LinkedHashMap<>();
        environments.forEach((alias, name) -> locals.put(name, access.client(alias).environmentId()));
        hcl.block("locals", locals);
        Map<String, String> addresses = new HashMap<>();
        Set<String> names = new HashSet<>();
        for (Part part : parts) {
            hcl.blankLine();
            new TerraformResource(part, environments.get(part.change.environment()), addresses).write(hcl, names);
        }
        return hcl.toString();
    }

    /** @param members alternately a name and its value */
    static Map<String, Object> members(Object... members) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            all.put((String) members[i], members[i + 1]);
        }
        return all;
    }

    /** An object that a change created, and what has become of it. */
    static final class Part {
        final Change change;
        final CreatedObject made;
        final String sent;
        /** Null if PingOne no longer has it. */
        JsonNode found;
        /** Of a grant: the resource whose scopes it grants; null if that is not known. */
        String resourceType;

        Part(Change change, CreatedObject made, String sent) {
            this.change = change;
            this.made = made;
            this.sent = sent;
        }

        /** As people read it, on one line. */
        @Override
        public String toString() {
            return PlainText.oneLine(made.toString());
        }
    }

    private Stream<Part> parts(Change change) {
        Map<String, String> sent = new HashMap<>();
        Set<String> instances = changes.instancesOf(change.id());
        journal.of(instances).stream().filter(entry -> entry.action() == Entry.Action.CREATE && entry.pingOneId() != null
            && entry.sent() != null).forEach(entry -> sent.put(entry.pingOneId(), entry.sent()));
        return journal.remaining(instances).stream()
            .sorted(Comparator.comparing(CreatedObject::kind, Comparator.nullsLast(Comparator.naturalOrder())))
            .map(made -> new Part(change, made, sent.get(made.id())));
    }

    /** The names of the locals with the environments' ids, by alias. */
    private static Map<String, String> environments(List<Part> parts, Access access) {
        Map<String, String> names = new LinkedHashMap<>();
        for (String alias : new TreeSet<>(parts.stream().map(part -> part.change.environment()).toList())) {
            String name = "environment_" + Hcl.identifier(alias, "id");
            String free = name;
            for (int i = 2; names.containsValue(free); i++) {
                free = name + "_" + i;
            }
            names.put(alias, free);
        }
        return names;
    }

    private static void read(List<Part> parts, Access access) {
        parts.stream().collect(Collectors.groupingBy(part -> part.change.environment(), LinkedHashMap::new, Collectors.toList()))
            .forEach((alias, ofOne) -> read(ofOne, access.client(alias), access::reading));
    }

    private static void read(List<Part> parts, PingOneClient pingone, Consumer<String> reading) {
        Map<Kind, Map<String, JsonNode>> lists = new HashMap<>();
        for (Kind kind : List.of(Kind.APPLICATION, Kind.SIGN_ON_POLICY)) {
            if (parts.stream().filter(part -> part.made.kind() == kind).count() > MANY) {
                reading.accept("The list of " + (kind == Kind.APPLICATION ? "applications" : "sign-on policies"));
                lists.put(kind, pingone.list(kind, null, id -> true).stream().collect(Collectors.toMap(json -> json.path("id").asString(""),
                    Function.identity(), (one, other) -> one)));
            }
        }
        for (Part part : parts) {
            CreatedObject made = part.made;
            if (made.kind() == null || made.kind().parent() != null && made.parentId() == null) {
                continue;
            }
            Map<String, JsonNode> list = lists.get(made.kind());
            if (list != null) {
                part.found = list.get(made.id());
            } else {
                reading.accept("The " + part);
                part.found = readOne(pingone, made).orElse(null);
            }
        }
        List<Part> grants = parts.stream().filter(part -> part.made.kind() == Kind.GRANT && part.found != null).toList();
        if (!grants.isEmpty()) {
            reading.accept("The list of resources");
            Map<String, String> types = pingone.listResources().stream().filter(resource -> resource.type() != null)
                .collect(Collectors.toMap(Resource::id, Resource::type, (one, other) -> one));
            grants.forEach(part -> part.resourceType = types.get(part.found.at("/resource/id").asString("")));
        }
    }

    private static Optional<JsonNode> readOne(PingOneClient pingone, CreatedObject made) {
        try {
            return Optional.of(pingone.read(made.kind(), made.parentId(), made.id()));
        } catch (PingOneException failure) {
            if (failure.isNotFound()) {
                return Optional.empty();
            }
            throw failure;
        }
    }
}
