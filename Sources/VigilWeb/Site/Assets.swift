import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The stylesheet, the script and the icon: the same for everybody, kept by browsers for a year under an address that changes
/// with their content.
struct Assets {
    /// First digits of the hash over all of them.
    static let mark: String = {
        var hash = SHA256()
        for file in files { hash.update(data: file.bytes) }
        return hash.finalize().prefix(6).map { String(format: "%02x", $0) }.joined()
    }()

    private static let files: [(path: String, type: String, bytes: [UInt8])] = [
        ("/assets/vigil.css", "text/css; charset=utf-8", PackageResources.vigil_css),
        ("/assets/vigil.js", "text/javascript; charset=utf-8", PackageResources.vigil_js),
        ("/assets/icon.svg", "image/svg+xml", PackageResources.icon_svg),
    ]

    func add(to router: Router<SiteContext>) {
        for file in Self.files {
            router.get(RouterPath(file.path)) { _, _ in
                Response(
                    status: .ok,
                    headers: [.contentType: file.type, .cacheControl: "public, max-age=31536000, immutable"],
                    body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes)))
            }
        }
    }
}
