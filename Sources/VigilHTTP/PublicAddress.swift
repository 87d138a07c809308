import CCurl
import Glibc

/// Whether an address is one of the public internet: what a channel may speak to unless its settings say otherwise.
///
/// Looked at after the name has been resolved and before a connection is made, so that no name server can lead a message to a
/// service of this machine or network. The ranges are those that IANA lists as not globally reachable
/// (iana-ipv4-special-registry, iana-ipv6-special-registry), and multicast.
package struct PublicAddress {
    /// - Parameter bytes: 4 bytes of IPv4 or 16 of IPv6, in network order; anything else is not public.
    package static func isPublic(_ bytes: [UInt8]) -> Bool {
        switch bytes.count {
        case 4: !special4.contains { $0.holds(bytes) }
        case 16: isPublic6(bytes)
        default: false
        }
    }

    private static func isPublic6(_ bytes: [UInt8]) -> Bool {
        // An IPv4 address in IPv6 clothes is what it is inside: mapped, compatible, NAT64, 6to4.
        if bytes[0..<10].allSatisfy({ $0 == 0 }),
            (bytes[10], bytes[11]) == (0xFF, 0xFF) || (bytes[10], bytes[11]) == (0, 0)
        {
            return isPublic(Array(bytes[12...]))
        }
        if Array(bytes[0..<12]) == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] {
            return isPublic(Array(bytes[12...]))
        }
        if (bytes[0], bytes[1]) == (0x20, 0x02) { return isPublic(Array(bytes[2..<6])) }
        return !special6.contains { $0.holds(bytes) }
    }

    private struct Block {
        var prefix: [UInt8]
        var bits: Int

        func holds(_ bytes: [UInt8]) -> Bool {
            for index in 0..<((bits + 7) / 8) {
                let kept = min(8, bits - index * 8)
                let mask = UInt8(truncatingIfNeeded: 0xFF00 >> kept)
                if bytes[index] & mask != prefix[index] & mask { return false }
            }
            return true
        }
    }

    private static let special4: [Block] = [
        Block(prefix: [0], bits: 8), Block(prefix: [10], bits: 8), Block(prefix: [100, 64], bits: 10),
        Block(prefix: [127], bits: 8), Block(prefix: [169, 254], bits: 16), Block(prefix: [172, 16], bits: 12),
        Block(prefix: [192, 0, 0], bits: 24), Block(prefix: [192, 0, 2], bits: 24),
        Block(prefix: [192, 168], bits: 16),
        Block(prefix: [198, 18], bits: 15), Block(prefix: [198, 51, 100], bits: 24),
        Block(prefix: [203, 0, 113], bits: 24), Block(prefix: [224], bits: 3),
    ]

    private static let special6: [Block] = [
        Block(prefix: [0xFC], bits: 7), Block(prefix: [0xFE, 0x80], bits: 10), Block(prefix: [0xFE, 0xC0], bits: 10),
        Block(prefix: [0xFF], bits: 8), Block(prefix: [0x01, 0, 0, 0, 0, 0, 0, 0], bits: 64),
        Block(prefix: [0x20, 0x01, 0x0D, 0xB8], bits: 32),
        Block(prefix: [0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01], bits: 48),
    ]

    /// The address bytes of a socket address; nil for a family that is neither IPv4 nor IPv6.
    static func bytes(of address: UnsafePointer<sockaddr>) -> [UInt8]? {
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { four in
                withUnsafeBytes(of: four.pointee.sin_addr) { Array($0) }
            }
        case AF_INET6:
            address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
                withUnsafeBytes(of: six.pointee.sin6_addr) { Array($0) }
            }
        default: nil
        }
    }
}
