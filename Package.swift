// swift-tools-version: 6.2
// Targets are layers: arrows point down only and siblings never import each other. `deploy/test` builds with
// `--explicit-target-dependency-import-check error`, so an import that is not declared here does not compile.
// Why each dependency was chosen: Sources/vigil/DEPENDENCIES.md.
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "vigil",
    products: [
        .executable(name: "vigil", targets: ["vigil"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.0.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.0.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.0.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.0.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CSystemd", path: "Sources/CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(
            name: "CCurl", path: "Sources/CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(
            name: "CPostgres", path: "Sources/CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CMariaDB", path: "Sources/CMariaDB", pkgConfig: "libmariadb", providers: [.apt(["libmariadb-dev"])]),

        // Values, rules and ports. No I/O, no clock, no randomness, no package dependency.
        .target(name: "VigilCore", swiftSettings: settings),

        // Ports to the outside, each knowing only the core.
        .target(
            name: "VigilPolicy",
            dependencies: ["VigilCore", "Yams", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings),
        .target(
            name: "VigilSQL",
            dependencies: [
                "CPostgres", "CMariaDB",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(name: "VigilHTTP", dependencies: ["CCurl"], swiftSettings: settings),
        .target(
            name: "VigilChannels",
            dependencies: ["VigilCore", "VigilHTTP", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings),
        .target(
            name: "VigilFHIR",
            dependencies: [
                "VigilCore", "VigilHTTP", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "_CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(
            name: "VigilStores", dependencies: ["VigilCore", "VigilSQL"],
            // A link to config/stores/practice.sql: the program carries its schema wherever it is moved.
            resources: [.embedInCode("Practice/practice.sql")], swiftSettings: settings),
        .target(
            name: "VigilLedger",
            dependencies: ["VigilCore", "VigilSQL", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings),
        .target(
            name: "VigilSystemd",
            dependencies: ["VigilCore", "CSystemd", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings),
        .target(
            name: "VigilWeb",
            dependencies: [
                "VigilCore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "_CryptoExtras", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["ACCESS.md"], resources: [.embedInCode("Templates"), .embedInCode("Assets")],
            swiftSettings: settings),

        // The one place that knows them all.
        .target(
            name: "VigilDaemon",
            dependencies: [
                "VigilCore", "VigilPolicy", "VigilSQL", "VigilStores", "VigilLedger", "VigilChannels", "VigilFHIR",
                "VigilSystemd",
                "VigilWeb",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "vigil",
            dependencies: [
                "VigilCore", "VigilPolicy", "VigilSQL", "VigilStores", "VigilLedger", "VigilHTTP", "VigilSystemd",
                "VigilDaemon",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["DEPENDENCIES.md"],
            swiftSettings: settings),

        // What tests share: clocks, scripted parts, and the contract suites that every adapter must pass.
        .target(
            name: "VigilTestKit",
            dependencies: ["VigilCore", "VigilPolicy", "VigilSQL", "VigilStores", "VigilLedger", "VigilDaemon"],
            path: "Tests/VigilTestKit", swiftSettings: settings),
        .testTarget(name: "VigilCoreTests", dependencies: ["VigilCore", "VigilTestKit"], swiftSettings: settings),
        .testTarget(
            name: "VigilPolicyTests", dependencies: ["VigilCore", "VigilPolicy", "VigilTestKit"],
            swiftSettings: settings),
        // Against servers of their own; without an installed server its tests are skipped, with a loud line.
        .testTarget(name: "VigilSQLTests", dependencies: ["VigilSQL", "VigilTestKit"], swiftSettings: settings),
        .testTarget(
            name: "VigilStoresTests", dependencies: ["VigilCore", "VigilSQL", "VigilStores", "VigilTestKit"],
            swiftSettings: settings),
        .testTarget(
            name: "VigilLedgerTests",
            dependencies: ["VigilCore", "VigilPolicy", "VigilSQL", "VigilLedger", "VigilTestKit"],
            swiftSettings: settings),
        // Weeks of practice life in seconds, from a seed.
        .testTarget(
            name: "VigilDaemonTests",
            dependencies: [
                "VigilCore", "VigilPolicy", "VigilSQL", "VigilStores", "VigilLedger", "VigilFHIR", "VigilDaemon",
                "VigilTestKit",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "VigilChannelsTests", dependencies: ["VigilCore", "VigilHTTP", "VigilChannels", "VigilTestKit"],
            swiftSettings: settings),
        // Against a server and validators of other makers: see Tests/python-requirements.txt.
        .testTarget(
            name: "VigilFHIRTests",
            dependencies: [
                "VigilCore", "VigilHTTP", "VigilStores", "VigilFHIR", "VigilTestKit",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "_CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "VigilSystemdTests", dependencies: ["VigilCore", "VigilSystemd", "VigilHTTP", "VigilTestKit"],
            swiftSettings: settings),
        .testTarget(
            name: "VigilWebTests", dependencies: ["VigilCore", "VigilLedger", "VigilWeb", "VigilTestKit"],
            swiftSettings: settings),
        // The built program, as a user runs it.
        .testTarget(
            name: "VigilTests", dependencies: ["vigil", "VigilCore", "VigilSQL", "VigilWeb", "VigilTestKit"],
            swiftSettings: settings),
    ]
)
