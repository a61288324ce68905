package org.signonflow.security.gate;

import jakarta.servlet.DispatcherType;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.IdentityService;
import org.signonflow.security.login.Login;
import org.signonflow.security.login.WebSession;
import org.signonflow.security.setup.Roles;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.web.PathPatternRequestMatcherBuilderFactoryBean;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;

/**
 * Closed by default. The web applications keep their own login, session, CSRF token and headers; everything else needs Basic
 * authentication with a user of the engine, without a session, but for our own pages, to which that of the web applications is enough.
 * What a user may do is up to the engine's authorisations, see {@link Roles}.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    /** Paths as the caller wrote them. By default they would be looked at from below the servlet, and miss the web applications' API. */
    @Bean
    PathPatternRequestMatcherBuilderFactoryBean wholePaths() {
        return new PathPatternRequestMatcherBuilderFactoryBean();
    }

    @Bean
    @Order(1)
    SecurityFilterChain webApplications(HttpSecurity http) throws Exception {
        return http.securityMatcher("/camunda/**", "/camunda-welcome/**")
            .authorizeHttpRequests(paths -> paths
                // The web applications under another name. Their pages ask for it: a 401 would open the browser's own login over theirs.
                .requestMatchers("/camunda-welcome/**").denyAll()
                // Would let whoever comes first make himself the administrator.
                .requestMatchers("/camunda/api/admin/setup/**").denyAll()
                .requestMatchers("/camunda/api/admin/auth/user/**", "/camunda/api/*/plugin/*/static/**").permitAll()
                // The engines' names: without them nobody can log in, so this may say that there is one named "default".
                .requestMatchers(HttpMethod.GET, "/camunda/api/engine/engine/").permitAll()
                // Their own filter lets some more be read without a login.
                .requestMatchers("/camunda/api/**")
                    .access((who, call) -> new AuthorizationDecision(WebSession.user(call.getRequest()) != null))
                .anyRequest().permitAll())
            // On which they show their login.
            .exceptionHandling(handling -> handling.authenticationEntryPoint(new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED)))
            .csrf(AbstractHttpConfigurer::disable)
            .headers(headers -> headers.defaultsDisabled().httpStrictTransportSecurity(hsts -> hsts.includeSubDomains(false)))
            .securityContext(AbstractHttpConfigurer::disable)
            .sessionManagement(AbstractHttpConfigurer::disable)
            .requestCache(AbstractHttpConfigurer::disable)
            .logout(AbstractHttpConfigurer::disable)
            .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain everythingElse(HttpSecurity http, IdentityService identities) throws Exception {
        return http
            .authorizeHttpRequests(paths -> paths
                .dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.FORWARD).permitAll()
                // For what went wrong, and nothing to ask for.
                .requestMatchers("/error").denyAll()
                .requestMatchers("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness").permitAll()
                // A plan shows what PingOne has.
                .requestMatchers(HttpMethod.POST, "/api/roll-outs").hasAnyAuthority(Roles.REQUESTERS, Roles.ADMINISTRATORS)
                // Asks PingOne, at the quota's cost.
                .requestMatchers("/environments/*")
                    .hasAnyAuthority(Roles.REQUESTERS, Roles.APPROVERS, Roles.OPERATORS, Roles.ADMINISTRATORS)
                // The web applications under another name.
                .requestMatchers("/webjars/camunda/**").denyAll()
                .anyRequest().authenticated())
            .with(new Login(identities), Customizer.withDefaults())
            // The session is the web applications'. A new id with each call would log out the calls beside it.
            .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS)
                .sessionFixation(fixation -> fixation.none()))
            // A cookie is good for nothing here but what Login lets through; what a browser remembers of Basic authentication is
            // held back by CrossSiteFilter.
            .csrf(AbstractHttpConfigurer::disable)
            // It would end the web applications' session, who have one of their own, for whoever leads a browser there.
            .logout(AbstractHttpConfigurer::disable)
            // Names below this one's are not ours to speak for.
            .headers(headers -> headers.httpStrictTransportSecurity(hsts -> hsts.includeSubDomains(false))
                .contentSecurityPolicy(policy -> policy.policyDirectives("default-src 'self'; style-src 'self' 'unsafe-inline'; "
                    + "img-src 'self' data:; frame-ancestors 'none'; form-action 'self'")))
            .build();
    }

    /** Before Spring Security, which takes such a path for a fault of its own. */
    @Bean
    FilterRegistrationBean<PlainPathsFilter> plainPaths() {
        var registration = new FilterRegistrationBean<>(new PlainPathsFilter());
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    /** Behind what tells the client's address where there is a proxy, and before all else. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> requestLimits(
            @Value("${signonflow.security.requests-per-address}") int requests,
            @Value("${signonflow.security.connections-per-address}") int connections) {
        return server -> {
            server.setProtocol(BoundedConnections.class.getName());
            server.addConnectorCustomizers(connector -> ((BoundedConnections) connector.getProtocolHandler()).allow(connections));
            server.addEngineValves(new RequestLimits(requests));
        };
    }

    /** When it is known who calls, and before {@link ApiAllowlist} reads the body. */
    @Bean
    FilterRegistrationBean<UploadsFilter> uploads(@Value("${signonflow.security.administration}") boolean administration,
            IdentityService identities, AuthorizationService authorizations) {
        var registration = new FilterRegistrationBean<>(new UploadsFilter(administration, identities, authorizations));
        registration.setOrder(-45);
        return registration;
    }

    /** Before Spring Security, so that no other site can have a browser try a login either. */
    @Bean
    FilterRegistrationBean<CrossSiteFilter> crossSite() {
        var registration = new FilterRegistrationBean<>(new CrossSiteFilter());
        registration.setOrder(SecurityFilterProperties.DEFAULT_FILTER_ORDER - 1);
        return registration;
    }

    @Bean
    FilterRegistrationBean<ApiAllowlist> doors(@Value("${signonflow.security.administration}") boolean administration) {
        var registration = new FilterRegistrationBean<>(new ApiAllowlist(administration));
        registration.addUrlPatterns("/engine-rest/*", "/camunda/api/*");
        registration.setOrder(-40);
        return registration;
    }

    @Bean
    FilterRegistrationBean<BoundedResultsFilter> boundedResults() {
        var registration = new FilterRegistrationBean<>(new BoundedResultsFilter());
        registration.addUrlPatterns("/engine-rest/*", "/camunda/api/engine/*");
        registration.setOrder(-30);
        return registration;
    }
}
