package org.signonflow.security.login;

import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The engine's accounts of the people whom the provider knows. Whatever depends on accounts, from authorisations to who may decide, finds
 * them there: without a password, and in the groups that the provider said last. What the newest token said counts on all nodes. None of it
 * is done in anybody's name, so that nobody has power over an account for having been the first to bring it up.
 */
@Component
public class MirroredAccounts {

    private static final Logger log = LoggerFactory.getLogger(MirroredAccounts.class);
    private static final int ATTEMPTS = 3;

    private record Known(String issuer, Instant saidAt) {
    }

    private final IdentityService identities;
    private final JdbcClient database;
    private final TransactionTemplate transaction;

    MirroredAccounts(IdentityService identities, JdbcClient database, PlatformTransactionManager transactions) {
        this.identities = identities;
        this.database = database;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** Whether the provider vouches for who has this account. */
    public boolean isMirrored(String id) {
        return known(id, "").isPresent();
    }

    /**
     * Makes the account what the provider says, unless a newer token has said otherwise.
     *
     * @throws NotAdmitted if the account is somebody else's
     */
    void mirror(Person person) {
        for (int attempt = 1; !isUpToDate(person); attempt++) {
            try {
                transaction.executeWithoutResult(ignored -> write(person));
                return;
            } catch (DuplicateKeyException | ConcurrencyFailureException | OptimisticLockingException atTheSameTime) {
                if (attempt == ATTEMPTS) {
                    throw atTheSameTime;
                }
            }
        }
    }

    private boolean isUpToDate(Person person) {
        Known known = known(person.id(), "").orElse(null);
        return known != null && known.issuer().equals(person.issuer()) && (person.saidAt().isBefore(known.saidAt())
            || person.saidAt().equals(known.saidAt()) && isSame(account(person.id()), person)
            && groups(person.id()).equals(person.groups()));
    }

    private void write(Person person) {
        Known known = known(person.id(), " for update").orElse(null);
        if (known == null) {
            // First of all: of two at once, one waits here, and then finds what the other has written.
            database.sql("insert into signonflow_person (id, issuer, said_at, name) values (?, ?, ?, ?)")
                .params(person.id(), person.issuer(), Timestamp.from(person.saidAt()), person.name()).update();
        }
        User account = account(person.id());
        if (known == null && account != null || account != null && account.getPassword() != null) {
            throw new NotAdmitted("sub: there is an account %s here that is not the provider's.".formatted(person.id()));
        }
        if (known != null && !known.issuer().equals(person.issuer())) {
            throw new NotAdmitted("iss: the account %s here is that of another provider.".formatted(person.id()));
        }
        if (known != null && person.saidAt().isBefore(known.saidAt())) {
            return;
        }
        database.sql("update signonflow_person set said_at = ?, name = ? where id = ?")
            .params(Timestamp.from(person.saidAt()), person.name(), person.id()).update();
        if (!isSame(account, person)) {
            save(account == null ? identities.newUser(person.id()) : account, person);
        }
        Set<String> had = groups(person.id());
        had.stream().filter(group -> !person.groups().contains(group))
            .forEach(group -> identities.deleteMembership(person.id(), group));
        person.groups().stream().filter(group -> !had.contains(group))
            .forEach(group -> identities.createMembership(person.id(), group));
        if (account == null || !had.equals(person.groups())) {
            log.info("The identity provider says that {} is in {}, and was in {} before.", person.id(), person.groups(), had);
        }
    }

    private void save(User account, Person person) {
        account.setFirstName(person.firstName());
        account.setLastName(person.lastName());
        account.setEmail(person.email());
        try {
            identities.saveUser(account);
        } catch (BadUserRequestException namesake) {
            throw new NotAdmitted("sub: there is an account here whose name differs from %s only in case.".formatted(person.id()));
        }
    }

    private Optional<Known> known(String id, String lock) {
        return database.sql("select issuer, said_at from signonflow_person where id = ?" + lock).param(id)
            .query((row, number) -> new Known(row.getString(1), row.getTimestamp(2).toInstant())).optional();
    }

    private User account(String id) {
        return identities.createUserQuery().userId(id).singleResult();
    }

    private Set<String> groups(String id) {
        return new TreeSet<>(identities.createGroupQuery().groupMember(id).list().stream().map(Group::getId).toList());
    }

    private static boolean isSame(User account, Person person) {
        return account != null && person.firstName().equals(account.getFirstName()) && person.lastName().equals(account.getLastName())
            && Objects.equals(person.email(), account.getEmail()) && account.getPassword() == null;
    }
}
