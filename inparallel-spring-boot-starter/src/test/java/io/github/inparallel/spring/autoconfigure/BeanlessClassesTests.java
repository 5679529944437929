package io.github.inparallel.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.inparallel.spring.beanless.BehindItsInterface;
import io.github.inparallel.spring.beanless.Forgotten;
import io.github.inparallel.spring.beanless.OfABeanMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class BeanlessClassesTests {

    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

    @Test
    void onlyAClassThatNothingMakesABeanIsNamed(CapturedOutput output) {
        AutoConfigurationPackages.register(beans, Forgotten.class.getPackageName());
        beans.registerBeanDefinition("made", new RootBeanDefinition(OfABeanMethod.class));
        beans.registerBeanDefinition("behind", new RootBeanDefinition(BehindItsInterface.class));

        new BeanlessClasses(beans).warn();

        assertThat(output)
                .contains("run in their caller: " + Forgotten.class.getName() + ". Make them beans")
                .doesNotContain("OfABeanMethod", "OfAnotherProfile");
    }

    @Test
    void beanWhoseProxyHasOnlyItsInterfacesIsABean(CapturedOutput output) {
        AutoConfigurationPackages.register(beans, Forgotten.class.getPackageName());
        ProxyFactory proxy = new ProxyFactory(new BehindItsInterface("a"));
        beans.registerSingleton("behind", proxy.getProxy());

        new BeanlessClasses(beans).warn();

        assertThat(output).contains(Forgotten.class.getName()).doesNotContain("BehindItsInterface");
    }

    @Test
    void applicationWithoutPackagesOfItsOwnIsNotLookedThrough(CapturedOutput output) {
        new BeanlessClasses(beans).warn();

        assertThat(output).doesNotContain("no beans");
    }
}
