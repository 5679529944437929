package io.github.inparallel.cluster.jgroups;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.NamedParameterSpec;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS by a shared secret. Who knows the secret can make one key and one certificate of it, always the same: members show this
 * certificate to each other, and trust no other. So what crosses has what TLS has, keys of its own for each connection
 * among it; what was recorded cannot be played again, nor be read by who learns the secret later.
 */
final class SecretLayer {

    private static final int ITERATIONS = 210_000;
    private static final char[] NO_PASSWORD = {};

    private static final byte[] ED25519 = sequence(bytes(0x06, 0x03, 0x2b, 0x65, 0x70));
    private static final byte[] NAME =
            sequence(tagged(0x31, sequence(bytes(0x06, 0x03, 0x55, 0x04, 0x03), text(0x0c, "inparallel cluster"))));
    private static final byte[] VALIDITY =
            sequence(text(0x17, "200101000000Z"), text(0x18, "99991231235959Z")); // the secret's time, not its own

    private SecretLayer() {}

    /**
     * Makes the layer.
     *
     * @param cluster name of the cluster: the same secret is another key in another one
     */
    static Layer of(String secret, String cluster) {
        try {
            KeyPair pair = pair(seed(secret, cluster));
            Certificate certificate = certificate(pair);
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry("member", pair.getPrivate(), NO_PASSWORD, new Certificate[] {certificate});
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, NO_PASSWORD);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("members", certificate);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return new Layer("the secret", context, new String[] {"TLSv1.3"}, null);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("No key can be made of inparallel.cluster.secret in this JVM: " + e, e);
        }
    }

    private static byte[] seed(String secret, String cluster) throws GeneralSecurityException {
        byte[] salt = ("inparallel cluster " + cluster).getBytes(StandardCharsets.UTF_8);
        return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec(secret.toCharArray(), salt, ITERATIONS, 256))
                .getEncoded();
    }

    /** A private key of Ed25519 is 32 random bytes. These are not random. */
    private static KeyPair pair(byte[] seed) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(NamedParameterSpec.ED25519, new SecureRandom() {
            private static final long serialVersionUID = 1;

            @Override
            public void nextBytes(byte[] bytes) {
                if (bytes.length != seed.length) {
                    throw new IllegalStateException("A key of " + bytes.length + " bytes");
                }
                System.arraycopy(seed, 0, bytes, 0, seed.length);
            }
        });
        return generator.generateKeyPair();
    }

    /** Signs a certificate of the key by itself. Signatures of Ed25519 are the same each time, and so is this. */
    private static Certificate certificate(KeyPair pair) throws GeneralSecurityException {
        byte[] version3 = tagged(0xa0, bytes(0x02, 0x01, 0x02));
        byte[] serial = bytes(0x02, 0x01, 0x01);
        byte[] signed = sequence(
                version3,
                serial,
                ED25519,
                NAME,
                VALIDITY,
                NAME,
                pair.getPublic().getEncoded());
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(signed);
        byte[] whole = sequence(signed, ED25519, tagged(0x03, concatenated(bytes(0), signature.sign())));
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
    }

    private static byte[] sequence(byte[]... parts) {
        return tagged(0x30, parts);
    }

    private static byte[] text(int tag, String text) {
        return tagged(tag, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Writes a value of DER: its tag, its length, and what is in it. */
    private static byte[] tagged(int tag, byte[]... parts) {
        byte[] content = concatenated(parts);
        int length = content.length;
        byte[] head = length < 0x80
                ? bytes(tag, length)
                : length < 0x100 ? bytes(tag, 0x81, length) : bytes(tag, 0x82, length >> 8, length);
        return concatenated(head, content);
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
