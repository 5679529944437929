package io.github.inparallel.page;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The application with some properties, on ports of its own. */
final class RunningApplication implements AutoCloseable {

    private static final String TOMCAT = "org.springframework.boot.tomcat.autoconfigure";
    private static final List<String> DEFAULTS = List.of(
            "server.port=0",
            "server.address=127.0.0.1",
            "server.shutdown=graceful",
            "spring.main.banner-mode=off",
            "spring.application.name=print-shop",
            "management.endpoints.web.exposure.include=inparallel,inparallelui",
            "management.endpoint.inparallel.access=unrestricted",
            "inparallel.pools.press.min-workers=0",
            "inparallel.pools.press.max-workers=2",
            "inparallel.pools.press.poison-limit=0",
            "inparallel.pools.press.heap=48MB");

    static {
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "connection"); // before there is a client
    }

    private final ConfigurableApplicationContext context;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private RunningApplication(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** @param type {@code servlet}, or {@code reactive}: without servlets, on Netty as most are */
    static RunningApplication startWith(String type, String... properties) {
        List<String> all = new ArrayList<>(List.of(properties));
        all.add("spring.main.web-application-type=" + type);
        if (type.equals("reactive")) {
            all.add("spring.autoconfigure.exclude=" + TOMCAT + ".reactive.TomcatReactiveWebServerAutoConfiguration,"
                    + TOMCAT + ".actuate.web.server.TomcatReactiveManagementContextAutoConfiguration");
        }
        return start(all.toArray(String[]::new));
    }

    /** Starts it; later properties replace earlier ones. */
    static RunningApplication start(String... properties) {
        List<String> arguments = new ArrayList<>();
        List.of(properties).forEach(property -> arguments.add("--" + property));
        for (String property : DEFAULTS) {
            String name = property.substring(0, property.indexOf('=') + 1);
            if (List.of(properties).stream().noneMatch(each -> each.startsWith(name))) {
                arguments.add("--" + property);
            }
        }
        return new RunningApplication(
                new SpringApplicationBuilder(PageApplication.class).run(arguments.toArray(String[]::new)));
    }

    int port() {
        return port("local.server.port");
    }

    int managementPort() {
        return port("local.management.port");
    }

    private int port(String property) {
        return context.getEnvironment().getRequiredProperty(property, Integer.class);
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return get(port(), path, headers);
    }

    /** Each request has a connection of its own: Reactor Netty 1.3.6 may read no second one from a connection (its issue 4361). */
    HttpResponse<String> get(int port, String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Connection", "close")
                .timeout(Duration.ofMinutes(1));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        context.close();
    }
}
