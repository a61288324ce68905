package org.signonflow;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** The packages, and what each may depend on. */
@AnalyzeClasses(packages = "org.signonflow", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule PINGONE_IS_A_PLAIN_CLIENT = classes().that().resideInAPackage("org.signonflow.pingone")
        .should().onlyDependOnClassesThat(resideInAnyPackage("org.signonflow.pingone", "java..", "javax..", "okhttp3..", "okio..",
            "tools.jackson..", "org.slf4j..", "kotlin.."));

    @ArchTest
    static final ArchRule JOURNAL_DEPENDS_ON_PINGONE_AND_JDBC = classes().that().resideInAPackage("org.signonflow.journal")
        .should().onlyDependOnClassesThat(resideInAnyPackage("org.signonflow.journal", "org.signonflow.pingone", "java..",
            "org.springframework.jdbc..", "org.springframework.dao..", "org.springframework.transaction.."));

    @ArchTest
    static final ArchRule CHANGE_DEPENDS_ON_JOURNAL_PINGONE_AND_JDBC = classes().that().resideInAPackage("org.signonflow.change")
        .should().onlyDependOnClassesThat(resideInAnyPackage("org.signonflow.change", "org.signonflow.journal", "org.signonflow.pingone",
            "java..", "tools.jackson..", "com.fasterxml.jackson.annotation..", "org.springframework.jdbc..",
            "org.springframework.stereotype..", "org.springframework.beans.factory.annotation..", "javax.sql.."));

    @ArchTest
    static final ArchRule TERRAFORM_DEPENDS_ON_CHANGES_ONLY = noClasses().that().resideInAPackage("org.signonflow.terraform")
        .should().dependOnClassesThat(resideInAPackage("org.signonflow..").and(not(resideInAnyPackage("org.signonflow.terraform",
            "org.signonflow.change", "org.signonflow.journal", "org.signonflow.pingone"))));

    @ArchTest
    static final ArchRule QUOTA_DEPENDS_ON_NO_OTHER_PACKAGE = classes().that().resideInAPackage("org.signonflow.quota")
        .should().onlyDependOnClassesThat(resideInAnyPackage("org.signonflow.quota", "java..", "javax.sql..", "io.github.bucket4j.."));

    @ArchTest
    static final ArchRule PROCESS_DEPENDS_ON_LOWER_LAYERS_ONLY = noClasses().that().resideInAPackage("org.signonflow.process..")
        .should().dependOnClassesThat(resideInAPackage("org.signonflow..").and(not(resideInAnyPackage("org.signonflow.process..",
            "org.signonflow.rollout", "org.signonflow.change", "org.signonflow.journal", "org.signonflow.pingone",
            "org.signonflow.quota"))));

    /** From the bottom up: shared foundations, the record of changes, steps, their approval, requests, and roll-outs of many rows. */
    @ArchTest
    static final ArchRule PROCESS_IS_LAYERED = layeredArchitecture().consideringOnlyDependenciesInLayers()
        .layer("foundation").definedBy("org.signonflow.process").layer("change").definedBy("org.signonflow.process.change")
        .layer("step").definedBy("org.signonflow.process.step")
        .layer("approval").definedBy("org.signonflow.process.approval").layer("request").definedBy("org.signonflow.process.request")
        .layer("rollout").definedBy("org.signonflow.process.rollout")
        .whereLayer("rollout").mayNotBeAccessedByAnyLayer()
        .whereLayer("request").mayOnlyBeAccessedByLayers("rollout")
        .whereLayer("approval").mayOnlyBeAccessedByLayers("request", "rollout")
        .whereLayer("step").mayOnlyBeAccessedByLayers("approval", "request", "rollout")
        .whereLayer("change").mayOnlyBeAccessedByLayers("step", "approval", "request", "rollout");

    @ArchTest
    static final ArchRule ENGINE_DEPENDS_ON_PROCESS_AND_CHANGE = noClasses().that().resideInAPackage("org.signonflow.engine")
        .should().dependOnClassesThat(resideInAPackage("org.signonflow..").and(not(resideInAnyPackage("org.signonflow.engine",
            "org.signonflow.process..", "org.signonflow.change"))));

    @ArchTest
    static final ArchRule ROLL_OUTS_DEPEND_ON_PINGONE_BUT_NOT_ON_THE_ENGINE = noClasses().that().resideInAPackage("org.signonflow.rollout")
        .should().dependOnClassesThat(resideInAPackage("org.signonflow..").and(not(resideInAnyPackage("org.signonflow.rollout",
            "org.signonflow.change", "org.signonflow.pingone", "org.signonflow.quota"))));

    @ArchTest
    static final ArchRule SECURITY_STANDS_ALONE = noClasses().that().resideInAPackage("org.signonflow.security..")
        .should().dependOnClassesThat(resideInAPackage("org.signonflow..").and(not(resideInAnyPackage("org.signonflow.security..",
            "org.signonflow.change"))));

    /** Authentication must not depend on what is sent, nor on setup; the gate uses both. */
    @ArchTest
    static final ArchRule SECURITY_IS_LAYERED = layeredArchitecture().consideringOnlyDependenciesInLayers()
        .layer("login").definedBy("org.signonflow.security.login").layer("setup").definedBy("org.signonflow.security.setup")
        .layer("gate").definedBy("org.signonflow.security.gate")
        .whereLayer("gate").mayNotBeAccessedByAnyLayer()
        .whereLayer("login").mayOnlyBeAccessedByLayers("gate")
        .whereLayer("setup").mayOnlyBeAccessedByLayers("gate");

    @ArchTest
    static final ArchRule WEB_IS_INDEPENDENT_OF_PROCESSES = noClasses().that().resideInAPackage("org.signonflow.web")
        .should().dependOnClassesThat(resideInAPackage("org.signonflow..").and(not(resideInAnyPackage("org.signonflow.web",
            "org.signonflow.security..", "org.signonflow.rollout", "org.signonflow.change", "org.signonflow.terraform",
            "org.signonflow.pingone"))));

    @ArchTest
    static final ArchRule METRICS_ARE_TOLD = noClasses().that().resideInAPackage("org.signonflow.metrics")
        .should().dependOnClassesThat(resideInAPackage("org.signonflow..").and(not(resideInAnyPackage("org.signonflow.metrics",
            "org.signonflow.process", "org.signonflow.change", "org.signonflow.pingone", "org.signonflow.quota"))));

    @ArchTest
    static final ArchRule SANDBOX_STANDS_ALONE = noClasses().that().resideInAPackage("org.signonflow.sandbox")
        .should().dependOnClassesThat(resideInAPackage("org.signonflow..").and(not(resideInAPackage("org.signonflow.sandbox")))
            .or(resideInAnyPackage("org.camunda..", "okhttp3..")));

    @ArchTest
    static final ArchRule ONLY_INTEGRATION_PACKAGES_USE_CAMUNDA = noClasses()
        .that(not(resideInAnyPackage("org.signonflow.process..", "org.signonflow.engine", "org.signonflow.security..")))
        .should().dependOnClassesThat().resideInAPackage("org.camunda..");

    /** {@code IdentityService} itself returns this class. */
    @ArchTest
    static final ArchRule ONLY_ONE_PACKAGE_USES_ENGINE_INTERNALS = noClasses()
        .that(not(resideInAPackage("org.signonflow.engine")))
        .should().dependOnClassesThat(resideInAPackage("org.camunda.bpm.engine.impl..")
            .and(not(JavaClass.Predicates.equivalentTo(org.camunda.bpm.engine.impl.identity.Authentication.class))));

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching("org.signonflow.(*)..").should().beFreeOfCycles();
}
