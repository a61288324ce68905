package org.signonflow.security.gate;

import jakarta.servlet.DispatcherType;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.IdentityService;
import org.signonflow.security.SingleSignOn;
import org.signonflow.security.login.Login;
import org.signonflow.security.login.ProviderLogin;
import org.signonflow.security.login.WebSession;
import org.signonflow.security.setup.Roles;
import org.springframework.beans.factory.ObjectProvider;
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
import org.springframework.web.filter.ForwardedHeaderFilter;

import java.util.EnumSet;

/**
 * Denies by default. The web applications keep their own login, session, CSRF token and headers; everything else needs stateless Basic
 * authentication as a user of the engine, except our own pages, which also accept the web applications' session. What a user may do is up
 * to the engine's authorisations, see {@link Roles}.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    /** Matches whole paths. By default patterns are relative to the servlet and would miss the web applications' API. */
    @Bean
    PathPatternRequestMatcherBuilderFactoryBean wholePaths() {
        return new PathPatternRequestMatcherBuilderFactoryBean();
    }

    @Bean
    @Order(1)
    SecurityFilterChain webApplications(HttpSecurity http, SingleSignOn signOn) throws Exception {
        return http.securityMatcher("/camunda/**", "/camunda-welcome/**")
            .authorizeHttpRequests(paths -> paths
                // An alias of the web applications. Denied rather than unauthenticated: their pages request it, and a 401 would open the
                // browser's login.
                .requestMatchers("/camunda-welcome/**").denyAll()
                // Would let the first caller become the administrator.
                .requestMatchers("/camunda/api/admin/setup/**").denyAll()
                .requestMatchers("/camunda/api/admin/auth/user/**", "/camunda/api/*/plugin/*/static/**").permitAll()
                // The engines' names, needed to log in. It only reveals that there is one named "default".
                .requestMatchers(HttpMethod.GET, "/camunda/api/engine/engine/").permitAll()
                // Their own filter would allow some more reads without a login.
                .requestMatchers("/camunda/api/**")
                    .access((who, call) -> new AuthorizationDecision(WebSession.user(call.getRequest()) != null))
                // With an identity provider, their own login could only refuse. Its pages are permitted to ours, for the token.
                .requestMatchers(page -> signOn.isOn() && Login.isOpenedByPerson(page))
                    .access((who, call) -> new AuthorizationDecision(WebSession.user(call.getRequest()) != null))
                .anyRequest().permitAll())
            // The web applications show their login on it.
            .exceptionHandling(handling -> handling.authenticationEntryPoint((request, response, failure) -> {
                if (signOn.isOn() && Login.isOpenedByPerson(request)) {
                    Login.lead(request, response);
                } else {
                    response.setStatus(HttpStatus.UNAUTHORIZED.value());
                }
            }))
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
    SecurityFilterChain everythingElse(HttpSecurity http, IdentityService identities, SingleSignOn signOn,
            ObjectProvider<ProviderLogin> provider) throws Exception {
        provider.ifAvailable(login -> http.with(login, Customizer.withDefaults()));
        return http
            .authorizeHttpRequests(paths -> paths
                .dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.FORWARD).permitAll()
                // Only for error dispatches, not to be requested.
                .requestMatchers("/error").denyAll()
                .requestMatchers(HttpMethod.GET, "/login", "/login.html", "/login.js", "/style.css").permitAll()
                .requestMatchers(HttpMethod.POST, "/logout").permitAll()
                .requestMatchers("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness").permitAll()
                .requestMatchers("/actuator/prometheus/**").hasAnyAuthority(Roles.OPERATORS, Roles.ADMINISTRATORS)
                // Plans and choices reveal what PingOne has.
                .requestMatchers(HttpMethod.POST, "/api/roll-outs", "/api/changes", "/changes/new")
                    .hasAnyAuthority(Roles.REQUESTERS, Roles.ADMINISTRATORS)
                .requestMatchers("/changes/new/choices").hasAnyAuthority(Roles.REQUESTERS, Roles.ADMINISTRATORS)
                // Calls PingOne, which uses up quota.
                .requestMatchers("/environments/*")
                    .hasAnyAuthority(Roles.REQUESTERS, Roles.APPROVERS, Roles.OPERATORS, Roles.ADMINISTRATORS)
                .requestMatchers("/webjars/htmx.org/**").authenticated()
                // Aliases of the web applications and of the API's description, which is at /swagger-ui.
                .requestMatchers("/webjars/**").denyAll()
                .anyRequest().authenticated())
            .with(new Login(identities, signOn), Customizer.withDefaults())
            // The session belongs to the web applications. A new id with each call would log out concurrent calls.
            .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS)
                .sessionFixation(fixation -> fixation.none()))
            // Cookies only authenticate what Login lets through; remembered Basic credentials are guarded by CrossSiteFilter.
            .csrf(AbstractHttpConfigurer::disable)
            // It would let other sites end the web applications' session, which has its own logout.
            .logout(AbstractHttpConfigurer::disable)
            // Subdomains are not ours to decide for.
            .headers(headers -> headers.httpStrictTransportSecurity(hsts -> hsts.includeSubDomains(false))
                .contentSecurityPolicy(policy -> policy.policyDirectives("default-src 'self'; style-src 'self' 'unsafe-inline'; "
                    + "img-src 'self' data:; frame-ancestors 'none'; form-action 'self'")))
            .build();
    }

    /** Before Spring Security, which fails on such a path with an error of its own. */
    @Bean
    FilterRegistrationBean<PlainPathsFilter> plainPaths() {
        var registration = new FilterRegistrationBean<>(new PlainPathsFilter());
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    /** Before whatever reads parameters. */
    @Bean
    FilterRegistrationBean<UnreadableParametersFilter> unreadableParameters() {
        var registration = new FilterRegistrationBean<>(new UnreadableParametersFilter());
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    /** Whoever answers, the same types are asked for. */
    @Bean
    FilterRegistrationBean<AcceptFilter> accept() {
        var registration = new FilterRegistrationBean<>(new AcceptFilter());
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    /**
     * What Tomcat's valve has taken from a known proxy is in the request by now. Nothing else is to believe such headers, whoever sends them:
     * Spring would build addresses from them.
     */
    @Bean
    FilterRegistrationBean<ForwardedHeaderFilter> noForwardedHeaders() {
        ForwardedHeaderFilter filter = new ForwardedHeaderFilter();
        filter.setRemoveOnly(true);
        var registration = new FilterRegistrationBean<>(filter);
        registration.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    /** After the valve that resolves the client's address behind a proxy, and before everything else. */
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

    /** After authentication, and before {@link ApiAllowlist} reads the body. */
    @Bean
    FilterRegistrationBean<UploadsFilter> uploads(@Value("${signonflow.security.administration}") boolean administration,
            IdentityService identities, AuthorizationService authorizations) {
        var registration = new FilterRegistrationBean<>(new UploadsFilter(administration, identities, authorizations));
        registration.setOrder(-45);
        return registration;
    }

    /** Before Spring Security, so that another site cannot make a browser attempt a login either. */
    @Bean
    FilterRegistrationBean<CrossSiteFilter> crossSite() {
        var registration = new FilterRegistrationBean<>(new CrossSiteFilter());
        registration.setOrder(SecurityFilterProperties.DEFAULT_FILTER_ORDER - 1);
        return registration;
    }

    @Bean
    FilterRegistrationBean<ApiAllowlist> apiAllowlist(@Value("${signonflow.security.administration}") boolean administration) {
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
