package org.signonflow.security;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import org.glassfish.jersey.server.ResourceConfig;
import org.springframework.context.ApplicationContext;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/** Every endpoint of a running app: those mapped by Spring MVC, its actuator, Jersey and the web applications, and static files. */
final class Endpoints {

    /** @param path with {@code {names}} */
    record Endpoint(String method, String path) implements Comparable<Endpoint> {
        @Override
        public int compareTo(Endpoint other) {
            return (path + method).compareTo(other.path + other.method);
        }

        boolean changes() {
            return !Set.of("GET", "HEAD", "OPTIONS").contains(method);
        }
    }

    private final TreeSet<Endpoint> found = new TreeSet<>();

    private Endpoints() {
    }

    static TreeSet<Endpoint> of(ApplicationContext context) throws Exception {
        Endpoints endpoints = new Endpoints();
        context.getBeansOfType(RequestMappingInfoHandlerMapping.class).values().forEach(endpoints::addMvc);
        // Camunda's REST API is a Jersey application within Spring Boot, at its application path.
        endpoints.addJersey(context.getBean(ResourceConfig.class).getClasses(), "/engine-rest");
        for (ServletRegistration servlet : context.getBean(ServletContext.class).getServletRegistrations().values()) {
            String application = servlet.getInitParameter("jakarta.ws.rs.Application");
            if (application != null) {
                Application resources = (Application) Class.forName(application).getDeclaredConstructor().newInstance();
                for (String mapping : servlet.getMappings()) {
                    endpoints.addJersey(resources.getClasses(), mapping.replace("/*", ""));
                }
            }
        }
        endpoints.addFiles();
        return endpoints.found;
    }

    private void addMvc(RequestMappingInfoHandlerMapping mapping) {
        mapping.getHandlerMethods().keySet().forEach(info -> {
            Collection<RequestMethod> methods = info.getMethodsCondition().getMethods();
            info.getPatternValues().forEach(path -> (methods.isEmpty() ? Arrays.asList(RequestMethod.values()) : methods)
                .forEach(method -> found.add(new Endpoint(method.name(), path))));
        });
    }

    private void addFiles() throws IOException {
        PathMatchingResourcePatternResolver files = new PathMatchingResourcePatternResolver();
        for (Resource file : files.getResources("classpath:/static/*")) {
            found.add(new Endpoint("GET", "/" + file.getFilename()));
        }
        for (Resource file : files.getResources("classpath*:/META-INF/resources/webjars/**/*.html")) {
            found.add(new Endpoint("GET", file.getURL().getPath().replaceFirst("^.*/META-INF/resources", "")));
        }
        found.add(new Endpoint("GET", "/"));
        for (String application : new String[] {"welcome", "tasklist", "cockpit", "admin"}) {
            found.add(new Endpoint("GET", "/camunda/app/" + application + "/default/"));
        }
    }

    private void addJersey(Set<Class<?>> classes, String prefix) {
        classes.forEach(type -> {
            Path path = annotation(types(type), Path.class);
            if (path != null) {
                walk(type, joined(prefix, path.value()), new ArrayDeque<>());
            }
        });
    }

    /** A method with a path but no HTTP method is a sub-resource locator. */
    private void walk(Class<?> type, String prefix, Deque<Class<?>> above) {
        if (above.contains(type) || type.isPrimitive()) {
            return;
        }
        above.push(type);
        for (Method method : type.getMethods()) {
            Set<Method> declarations = declarations(type, method);
            Path path = annotation(declarations, Path.class);
            String full = path == null ? prefix : joined(prefix, path.value());
            HttpMethod verb = declarations.stream().flatMap(declared -> Arrays.stream(declared.getAnnotations()))
                .map(Annotation::annotationType).map(annotation -> annotation.getAnnotation(HttpMethod.class))
                .filter(found -> found != null).findFirst().orElse(null);
            if (verb != null) {
                found.add(new Endpoint(verb.value(), full));
            } else if (path != null) {
                walk(method.getReturnType(), full, above);
            }
        }
        above.pop();
    }

    private static String joined(String prefix, String path) {
        String plain = path.replaceAll("\\{\\s*(\\w+)\\s*:[^}]*}", "{$1}").replaceAll("^/|/$", "");
        return plain.isEmpty() ? prefix : prefix + "/" + plain;
    }

    private static Set<Class<?>> types(Class<?> type) {
        Set<Class<?>> types = new LinkedHashSet<>();
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            types.add(each);
            for (Class<?> above : each.getInterfaces()) {
                types.addAll(types(above));
            }
        }
        return types;
    }

    private static Set<Method> declarations(Class<?> type, Method method) {
        Set<Method> declarations = new LinkedHashSet<>();
        types(type).forEach(each -> Arrays.stream(each.getDeclaredMethods()).filter(declared -> declared.getName().equals(method.getName())
            && Arrays.equals(declared.getParameterTypes(), method.getParameterTypes())).forEach(declarations::add));
        return declarations;
    }

    private static <A extends Annotation> A annotation(Set<? extends java.lang.reflect.AnnotatedElement> elements, Class<A> type) {
        return elements.stream().map(element -> element.getAnnotation(type)).filter(found -> found != null).findFirst().orElse(null);
    }
}
