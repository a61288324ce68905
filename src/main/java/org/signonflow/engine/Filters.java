package org.signonflow.engine;

import jakarta.ws.rs.BadRequestException;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.filter.Filter;
import org.camunda.bpm.engine.impl.cmd.AbstractExecuteFilterCmd;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.db.ListQueryParameterObject;
import org.camunda.bpm.engine.impl.filter.FilterQueryImpl;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.impl.interceptor.Session;
import org.camunda.bpm.engine.impl.interceptor.SessionFactory;
import org.camunda.bpm.engine.impl.persistence.entity.FilterEntity;
import org.camunda.bpm.engine.impl.persistence.entity.FilterManager;

import java.util.List;
import java.util.Objects;

/**
 * The engine's filters: stored queries, which others may run. They are checked against the {@link QueryRules} when they are saved, and
 * again when they are run, since some were saved before there were rules. Personal filters are limited in size and number, keep their
 * owner, and are visible to nobody else: permission for all filters covers only those without an owner.
 */
final class Filters implements SessionFactory {

    /** Maximum length of a filter's query and properties, as JSON. */
    static final int LARGEST = 8_000;
    static final int LONGEST_NAME = 255;
    /** How many filters a person may own. */
    static final int MOST = 20;

    @Override
    public Class<?> getSessionType() {
        return FilterManager.class;
    }

    @Override
    public Session openSession() {
        return new Guarded();
    }

    private static final class Guarded extends FilterManager {

        @Override
        public Filter insertOrUpdateFilter(Filter filter) {
            Authentication person = getCurrentAuthentication();
            QueryRules.check((ListQueryParameterObject) filter.getQuery(), person != null);
            FilterEntity entity = (FilterEntity) filter;
            if (filter.getName() != null && filter.getName().length() > LONGEST_NAME) {
                throw new BadRequestException("name: must have at most %d characters.".formatted(LONGEST_NAME));
            }
            if (entity.getQueryInternal().length() + Objects.toString(entity.getPropertiesInternal(), "").length() > LARGEST) {
                throw new BadRequestException("A filter's query and properties may have at most %,d characters.".formatted(LARGEST));
            }
            if (person != null) {
                settleOwner(filter, person);
            }
            return super.insertOrUpdateFilter(filter);
        }

        /** Tasklist does not set an owner. */
        private void settleOwner(Filter filter, Authentication person) {
            // Bypasses the cache, which does not accept a filter to save that it already contains.
            FilterEntity stored = filter.getId() == null ? null : getDbSqlSession().selectById(FilterEntity.class, filter.getId());
            String owner = stored != null ? stored.getOwner()
                : filter.getOwner() == null && getAuthorizationManager().isCamundaAdmin(person) ? null : person.getUserId();
            if (filter.getOwner() != null && !filter.getOwner().equals(owner)) {
                throw new BadRequestException("owner: must be you for a new filter, and cannot be changed later.");
            }
            filter.setOwner(owner);
            if (stored == null && owner != null && super.findFilterCountByQueryCriteria(ownedBy(owner)) >= MOST) {
                throw new BadRequestException("You may have at most %d filters.".formatted(MOST));
            }
        }

        private static FilterQueryImpl ownedBy(String owner) {
            FilterQueryImpl query = new FilterQueryImpl();
            query.filterOwner(owner);
            return query;
        }

        /** Null for someone else's filter, as if it did not exist. */
        @Override
        public FilterEntity findFilterById(String id) {
            FilterEntity filter = super.findFilterById(id);
            if (filter == null || !isOwnOrShared(filter) && seesAll()) {
                return null;
            }
            if (Context.getCommandInvocationContext().getCommand() instanceof AbstractExecuteFilterCmd) {
                check(filter);
            }
            return filter;
        }

        private void check(FilterEntity filter) {
            try {
                QueryRules.check((ListQueryParameterObject) filter.getQuery(), getCurrentAuthentication() != null);
            } catch (BadRequestException broken) {
                throw new BadRequestException("The filter %s cannot be used: change or delete it. %s".formatted(filter.getName(),
                    broken.getMessage()), broken);
            }
        }

        @Override
        public List<Filter> findFiltersByQueryCriteria(FilterQueryImpl query) {
            if (!seesAll()) {
                return super.findFiltersByQueryCriteria(query);
            }
            List<Filter> visible = visible(query);
            int from = Math.min(query.getFirstResult(), visible.size());
            return visible.subList(from, (int) Math.min((long) from + query.getMaxResults(), visible.size()));
        }

        @Override
        public long findFilterCountByQueryCriteria(FilterQueryImpl query) {
            return seesAll() ? visible(query).size() : super.findFilterCountByQueryCriteria(query);
        }

        private List<Filter> visible(FilterQueryImpl query) {
            int first = query.getFirstResult();
            int most = query.getMaxResults();
            query.setFirstResult(0);
            query.setMaxResults(Integer.MAX_VALUE);
            try {
                return super.findFiltersByQueryCriteria(query).stream().filter(this::isOwnOrShared).toList();
            } finally {
                query.setFirstResult(first);
                query.setMaxResults(most);
            }
        }

        private boolean isOwnOrShared(Filter filter) {
            Authentication person = getCurrentAuthentication();
            return person == null || filter.getOwner() == null || filter.getOwner().equals(person.getUserId());
        }

        /** Whether a person may read all filters, rather than having been granted individual ones. */
        private boolean seesAll() {
            return getCurrentAuthentication() != null
                && getAuthorizationManager().isAuthorized(Permissions.READ, Resources.FILTER, "*");
        }
    }
}
