#include <wescrm/wecom/crypto.hpp>

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <functional>
#include <string>
#include <unistd.h>
#include <vector>

// C-11: what stands around the encrypted message comes from anybody.
namespace wescrm::wecom {
namespace {

constexpr auto cipher_text = "kQXJ1Rwbhq1dHx0OvXBBzA==";

std::string in_element() { return "<Encrypt>" + std::string{cipher_text} + "</Encrypt>"; }

std::string utf16(std::string const& ascii, bool is_big_endian) {
    auto wide = is_big_endian ? std::string{"\xFE\xFF"} : std::string{"\xFF\xFE"};
    for (auto const c : ascii) wide += is_big_endian ? std::string{'\0', c} : std::string{c, '\0'};
    return wide;
}

struct Variant {
    std::string name;
    std::string document;
};

std::vector<Variant> refused() {
    auto const good = "<xml>" + in_element() + "</xml>";
    auto laughs = std::string{"<!DOCTYPE x [<!ENTITY a0 \"ha\">"};
    for (auto i = 1; i <= 10; ++i) {
        laughs += "<!ENTITY a" + std::to_string(i) + " \"";
        for (auto j = 0; j < 10; ++j) laughs += "&a" + std::to_string(i - 1) + ";";
        laughs += "\">";
    }
    auto deep = std::string{};
    while (deep.size() < 64 * 1'024) deep += "<a>";
    return {{"external entity of a file",
             "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml><Encrypt>&a;</Encrypt></xml>"},
            {"external entity of a server",
             "<!DOCTYPE x [<!ENTITY a SYSTEM \"http://127.0.0.1:9/a\">]><xml><Encrypt>&a;</Encrypt></xml>"},
            {"external DTD", "<!DOCTYPE xml SYSTEM \"http://127.0.0.1:9/x.dtd\">" + good},
            {"parameter entity", "<!DOCTYPE x [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]>" + good},
            {"billion laughs", laughs + "]><xml><Encrypt>&a10;</Encrypt></xml>"},
            {"DOCTYPE behind the root", "<xml>" + in_element() + "<!DOCTYPE x></xml>"},
            {"two Encrypt", "<xml>" + in_element() + in_element() + "</xml>"},
            {"nested Encrypt", "<xml><Encrypt>" + in_element() + "</Encrypt></xml>"},
            {"Encrypt as attribute", "<xml Encrypt=\"" + std::string{cipher_text} + "\"/>"},
            {"second root", good + "<xml/>"},
            {"another root", "<yml>" + in_element() + "</yml>"},
            {"UTF-16 LE", utf16(good, false)},
            {"UTF-16 BE", utf16(good, true)},
            {"Latin-1", "<xml><ToUserName>caf\xE9</ToUserName>" + in_element() + "</xml>"},
            {"NUL", "<xml>" + std::string(1, '\0') + in_element() + "</xml>"},
            {"depth", deep},
            {"depth, closed", "<xml>" + std::string(deep) + in_element() + "</xml>"},
            {"nothing", ""},
            {"no end", "<xml>" + in_element()}};
}

// Ends the process at the first call that could reach a file, another program or the network.
bool forbid_files_and_network() {
    constexpr auto offset = static_cast<std::uint32_t>(offsetof(seccomp_data, nr));
    constexpr auto forbidden = std::to_array<std::uint32_t>({SYS_openat, SYS_socket, SYS_connect, SYS_execve,
#ifdef SYS_open
                                                             SYS_open
#endif
    });
    auto program = std::vector<sock_filter>{{BPF_LD | BPF_W | BPF_ABS, 0, 0, offset}};
    for (auto const number : forbidden) {
        program.push_back({BPF_JMP | BPF_JEQ | BPF_K, 0, 1, number});
        program.push_back({BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS});
    }
    program.push_back({BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW});
    auto const filter = sock_fprog{static_cast<unsigned short>(program.size()), program.data()};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

// How a process of its own ended that did this below the filter; exit code 99: the system has no such filters.
int status_of(std::function<bool()> const& work) {
    auto const child = fork();
    if (child == 0) {
        if (!forbid_files_and_network()) _exit(99);
        _exit(work() ? 0 : 1);
    }
    auto status = 0;
    waitpid(child, &status, 0);
    return status;
}

TEST(OuterXml, C11_WhenItIsHostileThenItIsRefused) {
    for (auto const& variant : refused()) EXPECT_FALSE(encrypted_in(variant.document)) << variant.name;
}

TEST(OuterXml, C11_WhenItIsOnlyUnusualThenItIsRead) {
    auto const text = std::string{cipher_text};
    auto const half = text.size() / 2;
    for (auto const& document :
         {"<xml>" + in_element() + "</xml>", "\xEF\xBB\xBF<xml>" + in_element() + "</xml>",
          "<xml><Encrypt><![CDATA[" + text + "]]></Encrypt></xml>",
          "<xml><Encrypt><![CDATA[" + text.substr(0, half) + "]]><![CDATA[" + text.substr(half) + "]]></Encrypt></xml>",
          "<xml><!-- a --><Encrypt>" + text + "<!-- b --></Encrypt></xml>",
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?><xml>" + in_element() + "</xml>"})
        EXPECT_EQ(encrypted_in(document).value(), text) << document;
}

TEST(OuterXml, C11_WhateverItSaysNoFileAndNoNetworkIsTouched) {
    auto const opens = status_of([] { return ::open("/etc/passwd", 0) >= 0; });
    if (WIFEXITED(opens) && WEXITSTATUS(opens) == 99) GTEST_SKIP() << "no system call filters here";
    ASSERT_TRUE(WIFSIGNALED(opens)) << "the filter would see it";
    for (auto const& variant : refused()) {
        auto const ended = status_of([&] { return !encrypted_in(variant.document); });
        EXPECT_TRUE(WIFEXITED(ended) && WEXITSTATUS(ended) == 0) << variant.name;
    }
}

}  // namespace
}  // namespace wescrm::wecom
