# One static library per module with an include root of its own: a header of a module that is not in DEPENDS (or below
# one of them) is not found.
#   wescrm_module(sales SOURCES customer.cpp DEPENDS operation org LINKS some::package USES hidden::package
#                 PRECOMPILE <wescrm/operation/operations.hpp>)
# LINKS are packages whose headers appear in ours; USES stay inside the module; PRECOMPILE: compiler.cmake. Files of a module are
# compiled several at a time (wescrm_together), so the things that a file keeps to itself have names of their own. HOT: on the
# way of every callback; in all other modules the compiler puts only small functions into others, which takes a quarter of
# their compile time off and does not show in what they do, since they wait for the database.
function(wescrm_module name)
  cmake_parse_arguments(M "HOT" "" "SOURCES;DEPENDS;LINKS;USES;PRECOMPILE" ${ARGN})
  set(root ${PROJECT_BINARY_DIR}/include-roots/${name})
  file(MAKE_DIRECTORY ${root}/wescrm)
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/include/wescrm/${name} ${root}/wescrm/${name} SYMBOLIC)
  list(TRANSFORM M_DEPENDS PREPEND wescrm::)
  add_library(wescrm_${name} STATIC ${M_SOURCES})
  add_library(wescrm::${name} ALIAS wescrm_${name})
  target_include_directories(wescrm_${name} PUBLIC ${root} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(wescrm_${name} PUBLIC ${M_DEPENDS} ${M_LINKS} PRIVATE ${M_USES} wescrm::warnings)
  if(M_PRECOMPILE)
    wescrm_precompile(wescrm_${name} ${M_PRECOMPILE})
  endif()
  if(NOT M_HOT)
    target_compile_options(wescrm_${name} PRIVATE "SHELL:-mllvm -inline-threshold=30")
  endif()
  wescrm_together(wescrm_${name})
endfunction()
