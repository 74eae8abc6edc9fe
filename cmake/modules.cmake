# One static library per module with an include root of its own: a header of a module that is not in DEPENDS (or below
# one of them) is not found.
#   wescrm_module(sales SOURCES customer.cpp DEPENDS operation org LINKS some::package USES hidden::package
#                 PRECOMPILE <wescrm/operation/operations.hpp> SEPARATE)
# LINKS are packages whose headers appear in ours; USES stay inside the module; PRECOMPILE: compiler.cmake. SEPARATE modules
# have files that use the same short names for their own things: each is compiled by itself.
function(wescrm_module name)
  cmake_parse_arguments(M "SEPARATE" "" "SOURCES;DEPENDS;LINKS;USES;PRECOMPILE" ${ARGN})
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
  if(NOT M_SEPARATE)
    wescrm_together(wescrm_${name})
  endif()
endfunction()
