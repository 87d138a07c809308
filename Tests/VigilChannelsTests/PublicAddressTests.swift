import Glibc
import Testing
import VigilHTTP

/// Which addresses a channel may speak to.
@Suite struct PublicAddressTests {
    private func bytes(_ text: String) throws -> [UInt8] {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        var six = in6_addr()
        try #require(inet_pton(AF_INET6, text, &six) == 1, "\(text)")
        return withUnsafeBytes(of: six) { Array($0) }
    }

    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.9.9.9",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.0.1", "192.168.255.255",
        "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::",
        "::1", "fc00::1", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.1.1.1",
        "::127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "100::1", "2001:db8::1", "64:ff9b:1::1",
    ]) func private_(_ text: String) throws {
        #expect(!PublicAddress.isPublic(try bytes(text)), "\(text)")
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
        "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "192.169.0.0",
        "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8",
        "64:ff9b::808:808", "2002:808:808::1",
    ]) func public_(_ text: String) throws {
        #expect(PublicAddress.isPublic(try bytes(text)), "\(text)")
    }

    @Test func anythingElseIsNotPublic() {
        #expect(!PublicAddress.isPublic([]))
        #expect(!PublicAddress.isPublic([8, 8, 8]))
    }
}
