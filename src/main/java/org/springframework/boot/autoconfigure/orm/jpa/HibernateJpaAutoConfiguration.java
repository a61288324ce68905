package org.springframework.boot.autoconfigure.orm.jpa;

/**
 * Stands where Spring Boot 3 had it, so that the annotation of Camunda's auto-configuration that names it can be read: Spring would warn of
 * it at each start. What it stands for in the order is in {@code AutoConfiguration.replacements}.
 */
final class HibernateJpaAutoConfiguration {
}
