package io.github.inparallel.war;

import java.nio.file.Path;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/** Deploys one web application, as a Tomcat server does. Knows nothing of Spring. */
final class ServletContainer {

    private ServletContainer() {}

    public static void main(String[] args) throws LifecycleException {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Path.of("tomcat").toAbsolutePath().toString());
        tomcat.setPort(0);
        tomcat.addWebapp("", Path.of(args[0]).toAbsolutePath().toString())
                .addParameter("from.context", "of the servlet context");
        tomcat.start();
        System.out.println("deployed");
        tomcat.stop();
        tomcat.destroy();
        System.out.println("undeployed");
    }
}
